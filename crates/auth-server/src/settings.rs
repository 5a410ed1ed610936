//! The environment, read and checked once.

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use auth_core::crypto::Secrets;
use auth_core::domain::Secret;
use auth_schema::Schema;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::ServerError;

/// What the environment says. Every variable is listed in `docs/server.md`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settings {
    /// `HOST`; default 127.0.0.1.
    pub host: IpAddr,
    /// `PORT`; default 3000; 0 takes a free one.
    pub port: u16,
    /// `AUTH_METRICS_ADDRESS`: where metrics are told; default nowhere.
    pub metrics: Option<SocketAddr>,
    /// `AUTH_BASE_URL`; default `http://localhost:PORT`, of the port that it listens on.
    pub base_url: Option<String>,
    /// `AUTH_TRUSTED_ORIGINS`, separated by commas.
    pub trusted_origins: Vec<String>,
    /// `AUTH_PRESET`, `DATABASE_URL` and all other keys of `docs/configuration.md`, from the file of `AUTH_CONFIG` as well.
    pub core: auth_core::config::Settings,
    /// `AUTH_SECRETS` with versions, or `AUTH_SECRET`; `BETTER_AUTH_SECRETS` and `BETTER_AUTH_SECRET` stand for them.
    pub secrets: Secrets,
    /// The file of `AUTH_CONFIG`, or the names of `AUTH_NAMING`.
    pub schema: Schema,
    /// `AUTH_MAIL_FILE`: where mail is written instead of being sent.
    pub mail_file: Option<PathBuf>,
    /// `AUTH_SMTP_URL` and `AUTH_MAIL_FROM`: how mail is sent.
    pub smtp: Option<SmtpSettings>,
    /// `AUTH_TRUSTED_PROXY`.
    pub trusted_proxy: bool,
    /// `AUTH_ENCRYPT_OAUTH_TOKENS`.
    pub encrypt_oauth_tokens: bool,
    /// `AUTH_OAUTH_…`.
    pub oauth: Option<OAuthSettings>,
    /// `AUTH_OIDC_…`.
    pub oidc: Option<OidcSettings>,
}

/// A mail server.
#[derive(Debug)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port; `None`: the usual one.
    pub port: Option<u16>,
    /// Whether the connection begins with TLS (`smtps`); otherwise it is asked for (`STARTTLS`).
    pub implicit_tls: bool,
    /// User and password there.
    pub credentials: Option<(String, Secret)>,
    /// Who sends: `Example <accounts@example.org>`.
    pub from: String,
}

/// An OAuth 2 provider.
#[derive(Debug)]
pub struct OAuthSettings {
    /// Its id.
    pub id: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// Where browsers are sent.
    pub authorization_url: String,
    /// Where codes are exchanged.
    pub token_url: String,
    /// Where profiles are read.
    pub userinfo_url: String,
    /// What is asked for.
    pub scopes: Vec<String>,
}

/// An OpenID Connect provider.
#[derive(Debug)]
pub struct OidcSettings {
    /// Its id.
    pub id: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// Its discovery document.
    pub discovery_url: String,
}

impl Settings {
    /// Reads the variables; `variable` gives the value of a name, unless it is missing or empty.
    ///
    /// # Errors
    ///
    /// [`ServerError::Variable`] names the variable that is missing or wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ServerError> {
        let read = Reader(&variable);
        let port = read.parsed("PORT", "is a number up to 65535")?.unwrap_or(3000);
        let (schema, file) = read.file()?;
        let core = read.core(&file)?;
        let host = read.parsed("HOST", "is an address such as 0.0.0.0")?;
        Ok(Self {
            host: host.unwrap_or(IpAddr::from([127, 0, 0, 1])),
            port,
            metrics: read
                .parsed("AUTH_METRICS_ADDRESS", "is an address with a port such as 127.0.0.1:9464")?,
            base_url: variable("AUTH_BASE_URL"),
            trusted_origins: read.list("AUTH_TRUSTED_ORIGINS"),
            secrets: read.secrets()?,
            schema,
            core,
            mail_file: variable("AUTH_MAIL_FILE").map(PathBuf::from),
            smtp: read.smtp()?,
            trusted_proxy: read.switch("AUTH_TRUSTED_PROXY")?,
            encrypt_oauth_tokens: read.switch("AUTH_ENCRYPT_OAUTH_TOKENS")?,
            oauth: read.oauth()?,
            oidc: read.oidc()?,
        })
    }
}

struct Reader<'a, F>(&'a F);

impl<F: Fn(&str) -> Option<String>> Reader<'_, F> {
    fn parsed<T: std::str::FromStr>(&self, name: &'static str, form: &str) -> Result<Option<T>, ServerError> {
        let parse =
            |text: String| text.trim().parse().map_err(|_| wrong(name, format!("{form}, not {text:?}")));
        (self.0)(name).map(parse).transpose()
    }

    fn list(&self, name: &str) -> Vec<String> {
        let text = (self.0)(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    fn switch(&self, name: &'static str) -> Result<bool, ServerError> {
        Ok(self.choice(name, ["1", "0"])? == Some("1"))
    }

    /// What the library is told. Unless it is said, what has expired is deleted every ten minutes.
    fn core(&self, file: &BTreeMap<String, String>) -> Result<auth_core::config::Settings, ServerError> {
        let mut settings = auth_core::config::Settings::read(file, self.0)?;
        let says = file.contains_key("maintenance.sweep_seconds") || (self.0)("AUTH_SWEEP_SECONDS").is_some();
        settings.maintenance.sweep |= !says;
        Ok(settings)
    }

    fn choice(
        &self,
        name: &'static str,
        choices: [&'static str; 2],
    ) -> Result<Option<&'static str>, ServerError> {
        let Some(text) = (self.0)(name) else {
            return Ok(None);
        };
        let found = choices.into_iter().find(|choice| *choice == text.trim());
        let problem = || wrong(name, format!("is {} or {}, not {text:?}", choices[0], choices[1]));
        found.map(Some).ok_or_else(problem)
    }

    /// The schema and the settings of the file.
    fn file(&self) -> Result<(Schema, BTreeMap<String, String>), ServerError> {
        let naming = self.choice("AUTH_NAMING", ["snake", "stock"])?;
        let Some(path) = (self.0)("AUTH_CONFIG") else {
            let text = if naming == Some("stock") { "naming = \"better-auth\"" } else { "" };
            let schema = Schema::from_toml(text).map_err(|error| wrong("AUTH_NAMING", error.to_string()))?;
            return Ok((schema, BTreeMap::new()));
        };
        if naming.is_some() {
            let problem = "and AUTH_NAMING are both set: the file says the names, too";
            return Err(wrong("AUTH_CONFIG", problem.to_owned()));
        }
        let text = fs::read_to_string(&path);
        let text = text.map_err(|error| wrong("AUTH_CONFIG", format!("cannot be read ({path}): {error}")))?;
        let read = Schema::from_toml(&text).and_then(|schema| Ok((schema, auth_schema::settings(&text)?)));
        read.map_err(|error| ServerError::Config { path: PathBuf::from(path), source: Box::new(error) })
    }

    fn secrets(&self) -> Result<Secrets, ServerError> {
        let single = (self.0)("AUTH_SECRET").or_else(|| (self.0)("BETTER_AUTH_SECRET"));
        let versioned = (self.0)("AUTH_SECRETS").or_else(|| (self.0)("BETTER_AUTH_SECRETS"));
        match (versioned, single) {
            (Some(versioned), single) => {
                let secrets = Secrets::parse(&versioned);
                let secrets =
                    secrets.map_err(|error| wrong("AUTH_SECRETS", format!("cannot be read: {error}")))?;
                Ok(match single {
                    Some(single) => secrets.before_versions(single),
                    None => secrets,
                })
            }
            (None, Some(single)) => Ok(Secrets::new(single)),
            (None, None) => {
                let problem = "is not set: give it 32 random characters or more, the same at every start \
                               (openssl rand -base64 32)";
                Err(wrong("AUTH_SECRET", problem.to_owned()))
            }
        }
    }

    fn smtp(&self) -> Result<Option<SmtpSettings>, ServerError> {
        let Some(text) = (self.0)("AUTH_SMTP_URL") else {
            return Ok(None);
        };
        if (self.0)("AUTH_MAIL_FILE").is_some() {
            let problem = "and AUTH_MAIL_FILE are both set: keep the one that mail is to go to";
            return Err(wrong("AUTH_SMTP_URL", problem.to_owned()));
        }
        // The address holds a password: it is not repeated.
        let form = || {
            wrong(
                "AUTH_SMTP_URL",
                "is not of the form smtp://user:password@host:587, or smtps://…".to_owned(),
            )
        };
        let url = Url::parse(&text).map_err(|_| form())?;
        let host = url.host_str().filter(|_| matches!(url.scheme(), "smtp" | "smtps")).ok_or_else(form)?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
        Ok(Some(SmtpSettings {
            host: host.to_owned(),
            port: url.port(),
            implicit_tls: url.scheme() == "smtps",
            credentials: user.map(|user| (user, Secret::new(decoded(url.password().unwrap_or_default())))),
            from: self.needed("AUTH_MAIL_FROM", "AUTH_SMTP_URL")?,
        }))
    }

    fn oauth(&self) -> Result<Option<OAuthSettings>, ServerError> {
        let Some(id) = (self.0)("AUTH_OAUTH_PROVIDER_ID") else {
            return Ok(None);
        };
        let scopes = (self.0)("AUTH_OAUTH_SCOPES").unwrap_or_default();
        let scopes = scopes.split([',', ' ']).filter(|scope| !scope.is_empty()).map(str::to_owned);
        Ok(Some(OAuthSettings {
            id,
            client_id: self.needed("AUTH_OAUTH_CLIENT_ID", "AUTH_OAUTH_PROVIDER_ID")?,
            client_secret: Secret::new(self.needed("AUTH_OAUTH_CLIENT_SECRET", "AUTH_OAUTH_PROVIDER_ID")?),
            authorization_url: self.url("AUTH_OAUTH_AUTHORIZATION_URL", "AUTH_OAUTH_PROVIDER_ID")?,
            token_url: self.url("AUTH_OAUTH_TOKEN_URL", "AUTH_OAUTH_PROVIDER_ID")?,
            userinfo_url: self.url("AUTH_OAUTH_USERINFO_URL", "AUTH_OAUTH_PROVIDER_ID")?,
            scopes: scopes.collect(),
        }))
    }

    fn oidc(&self) -> Result<Option<OidcSettings>, ServerError> {
        let Some(id) = (self.0)("AUTH_OIDC_PROVIDER_ID") else {
            return Ok(None);
        };
        Ok(Some(OidcSettings {
            id,
            client_id: self.needed("AUTH_OIDC_CLIENT_ID", "AUTH_OIDC_PROVIDER_ID")?,
            client_secret: Secret::new(self.needed("AUTH_OIDC_CLIENT_SECRET", "AUTH_OIDC_PROVIDER_ID")?),
            discovery_url: self.url("AUTH_OIDC_DISCOVERY_URL", "AUTH_OIDC_PROVIDER_ID")?,
        }))
    }

    fn needed(&self, name: &'static str, because: &str) -> Result<String, ServerError> {
        (self.0)(name).ok_or_else(|| wrong(name, format!("is not set, and {because} is")))
    }

    fn url(&self, name: &'static str, because: &str) -> Result<String, ServerError> {
        let text = self.needed(name, because)?;
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text),
            _ => Err(wrong(name, format!("is not of the form https://host/path, but {text:?}"))),
        }
    }
}

fn wrong(name: &'static str, problem: String) -> ServerError {
    ServerError::Variable { name, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, ServerError> {
        let find = |name: &str| variables.iter().find(|(other, _)| *other == name);
        Settings::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    const SECRET: (&str, &str) = ("AUTH_SECRET", "0123456789abcdef0123456789abcdef");

    #[test]
    fn a_secret_is_all_that_is_needed() {
        let settings = read(&[SECRET, ("PORT", "8080")]).unwrap();
        assert_eq!((settings.port, settings.base_url), (8080, None));
        assert_eq!((settings.host, settings.schema), (IpAddr::from([127, 0, 0, 1]), Schema::core()));
        assert_eq!(read(&[("BETTER_AUTH_SECRET", "x")]).unwrap().secrets.current().expose(), "x");
        let both = read(&[SECRET, ("AUTH_SECRETS", "2:new,1:old")]).unwrap().secrets;
        assert_eq!(both.all().count(), 3);
        assert_eq!(both.current().expose(), "new");
    }

    #[test]
    fn what_has_expired_is_deleted_unless_it_is_switched_off() {
        let sweep = |more: &[(&str, &str)]| {
            let maintenance = read(&[&[SECRET], more].concat()).unwrap().core.maintenance;
            maintenance.sweep.then_some(maintenance.sweep_interval.as_secs())
        };
        assert_eq!(sweep(&[]), Some(600));
        assert_eq!(sweep(&[("AUTH_SWEEP_SECONDS", "90")]), Some(90));
        assert_eq!(sweep(&[("AUTH_SWEEP_SECONDS", "0")]), None);
    }

    #[test]
    fn the_library_is_told_what_the_environment_says() {
        let more = [SECRET, ("DB_HOST", "h"), ("DB_NAME", "x"), ("DB_PASSWORD", "hush"), ("DB_USER", "u")];
        let settings = read(&more).unwrap();
        assert_eq!(settings.core.database.url.expose(), "postgres://u:hush@h/x");
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn a_mail_server_is_an_address() {
        let url = ("AUTH_SMTP_URL", "smtps://me%40example.org:p%2Fw@mail.example.org:2465");
        let smtp = read(&[SECRET, url, ("AUTH_MAIL_FROM", "Us <us@example.org>")]).unwrap().smtp.unwrap();
        assert_eq!(
            (smtp.host.as_str(), smtp.port, smtp.implicit_tls),
            ("mail.example.org", Some(2465), true)
        );
        let (user, password) = smtp.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose()), ("me@example.org", "p/w"));
    }

    #[test]
    fn what_is_wrong_is_named_without_a_secret() {
        for (variables, name) in [
            (vec![], "AUTH_SECRET"),
            (vec![SECRET, ("PORT", "70000")], "PORT"),
            (vec![SECRET, ("HOST", "here")], "HOST"),
            (vec![SECRET, ("AUTH_NAMING", "camel")], "AUTH_NAMING"),
            (vec![SECRET, ("AUTH_CONFIG", "nowhere.toml")], "AUTH_CONFIG"),
            (vec![SECRET, ("AUTH_CONFIG", "x"), ("AUTH_NAMING", "stock")], "AUTH_CONFIG"),
            (vec![SECRET, ("AUTH_RATE_LIMIT", "yes")], "AUTH_RATE_LIMIT"),
            (vec![SECRET, ("DB_PASSWORD", "hush")], "DB_PASSWORD"),
            (vec![SECRET, ("AUTH_PRESET", "production")], "DATABASE_URL"),
            (vec![SECRET, ("AUTH_SWEEP_SECONDS", "often")], "AUTH_SWEEP_SECONDS"),
            (vec![("AUTH_SECRETS", "hush")], "AUTH_SECRETS"),
            (vec![SECRET, ("AUTH_SMTP_URL", "http://me:hush@host")], "AUTH_SMTP_URL"),
            (vec![SECRET, ("AUTH_SMTP_URL", "smtp://me:hush@host")], "AUTH_MAIL_FROM"),
            (
                vec![SECRET, ("AUTH_SMTP_URL", "smtp://me:hush@host"), ("AUTH_MAIL_FILE", "x")],
                "AUTH_SMTP_URL",
            ),
            (vec![SECRET, ("AUTH_OAUTH_PROVIDER_ID", "x")], "AUTH_OAUTH_CLIENT_ID"),
            (
                vec![
                    SECRET,
                    ("AUTH_OIDC_PROVIDER_ID", "x"),
                    ("AUTH_OIDC_CLIENT_ID", "x"),
                    ("AUTH_OIDC_CLIENT_SECRET", "hush"),
                    ("AUTH_OIDC_DISCOVERY_URL", "nowhere"),
                ],
                "AUTH_OIDC_DISCOVERY_URL",
            ),
        ] {
            let error = read(&variables).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains("hush"), "{error}");
        }
    }
}
