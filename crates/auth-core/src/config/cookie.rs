//! Names and attributes of cookies.

use crate::error::BuildError;

/// Names and attributes of cookies. All are `HttpOnly` and have the path `/`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CookieConfig {
    /// Begins every name: `better-auth.session_token`. Default `better-auth`. Another one signs everybody out.
    pub prefix: String,
    /// Whether cookies are `Secure` and their names begin with `__Secure-`. Default `None`: as the base URL's scheme says.
    pub secure: Option<bool>,
    /// Shares the cookies with the subdomains of this domain: `example.com`. Default `None`: they stay with the host.
    pub cross_subdomain: Option<String>,
    /// Whether cookies go along with requests from other sites. Default [`SameSite::Lax`].
    pub same_site: SameSite,
}

/// Whether a cookie goes along with requests from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameSite {
    /// Never, not even when a link leads here.
    Strict,
    /// When a link leads here.
    #[default]
    Lax,
    /// Always; needs `Secure`. For a front end on another site, which must be a trusted origin.
    None,
}

impl CookieConfig {
    /// Whether cookies can be made of it.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let wrong =
            |setting, value: &str, problem| BuildError::Cookie { setting, value: value.to_owned(), problem };
        let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if self.prefix.is_empty() || !self.prefix.bytes().all(in_name) {
            let problem = "it is part of a name, made of letters, digits and - . _";
            return Err(wrong("CookieConfig::prefix", &self.prefix, problem));
        }
        let domain = self.cross_subdomain.as_deref().unwrap_or("example.com");
        let in_domain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if !domain.contains('.') && domain != "localhost" || !domain.bytes().all(in_domain) {
            let problem = "it is a domain such as example.com";
            return Err(wrong("CookieConfig::cross_subdomain", domain, problem));
        }
        Ok(())
    }
}

impl Default for CookieConfig {
    fn default() -> Self {
        Self {
            prefix: "better-auth".to_owned(),
            secure: None,
            cross_subdomain: None,
            same_site: SameSite::default(),
        }
    }
}
