//! The section `auth` of an application's configuration.

use std::num::NonZeroU32;

use auth_core::AuthBuilder;
use auth_core::config::{EmailAndPasswordConfig, PasswordConfig, PasswordFormat, SessionConfig};
use auth_core::domain::Secret;
use loco_rs::app::AppContext;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use time::Duration;

/// What the section may say; what it does not say is auth-core's default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(deserialize_with = "secret")]
    pub(crate) secret: Secret,
    base_url: Option<String>,
    #[serde(default)]
    trusted_origins: Vec<String>,
    #[serde(default)]
    session: Session,
    #[serde(default)]
    email_and_password: EmailAndPassword,
    password_format: Option<Format>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "a key carries its unit")]
struct Session {
    expires_in_seconds: Option<NonZeroU32>,
    update_age_seconds: Option<u32>,
    fresh_age_seconds: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmailAndPassword {
    enabled: Option<bool>,
    disable_sign_up: Option<bool>,
    auto_sign_in: Option<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Argon2id,
    Scrypt,
}

/// The section cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(
        "config/{environment}.yaml has no section settings.auth: it must set at least settings.auth.secret"
    )]
    Missing { environment: String },
    #[error("config/{environment}.yaml has both settings.auth and initializers.auth: keep one")]
    Twice { environment: String },
    #[error("config/{environment}.yaml, {key}")]
    Invalid {
        environment: String,
        key: String,
        #[source]
        source: serde_json::Error,
    },
}

impl Settings {
    /// Reads the section of the application's environment.
    pub(crate) fn read(ctx: &AppContext) -> Result<Self, SettingsError> {
        let environment = ctx.environment.to_string();
        let in_settings = ctx.config.settings.as_ref().and_then(|settings| settings.get("auth"));
        let in_initializers = ctx.config.initializers.as_ref().and_then(|all| all.get("auth"));
        match (given(in_settings), given(in_initializers)) {
            (None, None) => Err(SettingsError::Missing { environment }),
            (Some(_), Some(_)) => Err(SettingsError::Twice { environment }),
            (Some(section), None) => Self::parse(section, "settings.auth", environment),
            (None, Some(section)) => Self::parse(section, "initializers.auth", environment),
        }
    }

    fn parse(section: &Value, name: &str, environment: String) -> Result<Self, SettingsError> {
        serde_path_to_error::deserialize(section).map_err(|error| {
            let path = error.path().to_string();
            let key = if path == "." { name.to_owned() } else { format!("{name}.{path}") };
            SettingsError::Invalid { environment, key, source: error.into_inner() }
        })
    }

    /// Says to a builder what the section says.
    pub(crate) fn apply(self, mut builder: AuthBuilder, default_base_url: String) -> AuthBuilder {
        builder = builder
            .base_url(self.base_url.unwrap_or(default_base_url))
            .session(self.session.into())
            .email_and_password(self.email_and_password.into());
        for origin in self.trusted_origins {
            builder = builder.trusted_origin(origin);
        }
        if let Some(format) = self.password_format {
            builder = builder.password(PasswordConfig { format: format.into(), ..PasswordConfig::default() });
        }
        builder
    }
}

impl From<Session> for SessionConfig {
    fn from(given: Session) -> Self {
        let mut config = Self::default();
        if let Some(lifetime) = given.expires_in_seconds {
            config.expires_in = Duration::seconds(lifetime.get().into());
        }
        if let Some(age) = given.update_age_seconds {
            config.update_age = Duration::seconds(age.into());
        }
        if let Some(age) = given.fresh_age_seconds {
            config.fresh_age = Duration::seconds(age.into());
        }
        config
    }
}

impl From<EmailAndPassword> for EmailAndPasswordConfig {
    fn from(given: EmailAndPassword) -> Self {
        let mut config = Self::default();
        config.enabled = given.enabled.unwrap_or(config.enabled);
        config.disable_sign_up = given.disable_sign_up.unwrap_or(config.disable_sign_up);
        config.auto_sign_in = given.auto_sign_in.unwrap_or(config.auto_sign_in);
        config
    }
}

impl From<Format> for PasswordFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Argon2id => Self::Argon2id,
            Format::Scrypt => Self::Scrypt,
        }
    }
}

/// A section without anything in it is none.
fn given(section: Option<&Value>) -> Option<&Value> {
    section.filter(|section| !section.is_null())
}

/// Reads the secret; a value of another type is not repeated in the error.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer).map_err(|_| D::Error::custom("expected text in quotes"))?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::json;

    use super::*;

    const SECRET: &str = "a secret of thirty-two characters or more";

    fn parse(section: &Value) -> Result<Settings, SettingsError> {
        Settings::parse(section, "settings.auth", "test".to_owned())
    }

    fn refusal(section: &Value) -> String {
        let error = parse(section).unwrap_err();
        format!("{error}: {}", error.source().unwrap())
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        let settings = parse(&json!({ "secret": SECRET })).unwrap();
        let session = SessionConfig::from(settings.session);
        assert_eq!(session.expires_in, SessionConfig::default().expires_in);
        assert!(EmailAndPasswordConfig::from(settings.email_and_password).enabled);
        assert!(settings.password_format.is_none());
    }

    #[test]
    fn what_is_said_is_taken() {
        let settings = parse(&json!({
            "secret": SECRET,
            "base_url": "https://app.example.com",
            "trusted_origins": ["https://admin.example.com"],
            "session": { "expires_in_seconds": 3600, "update_age_seconds": 60, "fresh_age_seconds": 0 },
            "email_and_password": { "disable_sign_up": true, "auto_sign_in": false },
            "password_format": "scrypt",
        }))
        .unwrap();
        assert_eq!(settings.base_url.as_deref(), Some("https://app.example.com"));
        assert_eq!(settings.trusted_origins, ["https://admin.example.com"]);
        let session = SessionConfig::from(settings.session);
        assert_eq!(session.expires_in, Duration::HOUR);
        assert_eq!(session.update_age, Duration::MINUTE);
        assert!(session.fresh_age.is_zero());
        let password = EmailAndPasswordConfig::from(settings.email_and_password);
        assert!(password.enabled && password.disable_sign_up && !password.auto_sign_in);
        assert_eq!(settings.password_format.map(PasswordFormat::from), Some(PasswordFormat::Scrypt));
    }

    #[test]
    fn an_error_names_the_file_and_the_key_with_its_section() {
        let cases = [
            (json!({ "secrt": SECRET }), "settings.auth.secrt: ", "`secrt`"),
            (json!({}), "settings.auth: ", "`secret`"),
            (
                json!({ "secret": SECRET, "session": { "expires_in": 1 } }),
                "settings.auth.session.expires_in: ",
                "`expires_in`",
            ),
            (
                json!({ "secret": SECRET, "session": { "expires_in_seconds": 0 } }),
                "settings.auth.session.expires_in_seconds: ",
                "nonzero",
            ),
            (
                json!({ "secret": SECRET, "email_and_password": { "enabled": "yes" } }),
                "settings.auth.email_and_password.enabled: ",
                "boolean",
            ),
            (
                json!({ "secret": SECRET, "password_format": "md5" }),
                "settings.auth.password_format: ",
                "`md5`",
            ),
        ];
        for (section, place, problem) in cases {
            let text = refusal(&section);
            assert!(text.starts_with("config/test.yaml, "), "{text}");
            assert!(text.contains(place) && text.contains(problem), "{text}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let text = refusal(&json!({ "secret": 123_456_789 }));
        assert!(!text.contains("123"), "{text}");
        let settings = parse(&json!({ "secret": SECRET })).unwrap();
        assert!(!format!("{settings:?}").contains(SECRET));
    }
}
