//! The session in a cookie.

use time::Duration;

use crate::error::BuildError;

/// The cookie cache: a browser keeps its session with its user in the cookie `session_data`, signed or encrypted, and requests are
/// answered from it. A session that is revoked holds on in its own browser's cookie until `max_age` is over, and nowhere
/// longer; so does what is changed of a user elsewhere. Endpoints that write or that ask for a fresh session do not believe it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CookieCacheConfig {
    /// Default false.
    pub enabled: bool,
    /// How long the cookie is believed, whatever it says of itself. Default 5 minutes. Longer: a revoked session lives longer.
    /// Shorter: more statements.
    pub max_age: Duration,
    /// The form of the cookie. Default [`CookieCacheStrategy::Compact`]. Another one makes the cookies that are out void.
    pub strategy: CookieCacheStrategy,
    /// Another version makes every cookie void that is out, such as when additional fields have changed. Default `1`.
    pub version: String,
}

/// The form of the cookie. Who has the cookie can read the first two: they are signed, not encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CookieCacheStrategy {
    /// Base64 of JSON and a signature: the shortest and quickest.
    #[default]
    Compact,
    /// A JSON Web Token (HS256), which others who have the secret can verify with their own tools.
    Jwt,
    /// An encrypted JSON Web Token (`dir`, `A256CBC-HS512`): nobody without the secret can read it. The longest.
    Jwe,
}

impl CookieCacheConfig {
    /// Whether a browser takes cookies of this age.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        if (Duration::SECOND..=Duration::days(400)).contains(&self.max_age) {
            return Ok(());
        }
        let (setting, value) = ("CookieCacheConfig::max_age", self.max_age.to_string());
        Err(BuildError::Cookie { setting, value, problem: "it is between one second and 400 days" })
    }
}

impl Default for CookieCacheConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            max_age: Duration::minutes(5),
            strategy: CookieCacheStrategy::default(),
            version: "1".to_owned(),
        }
    }
}
