//! Sign-up and sign-in with e-mail and password.

/// What is allowed with e-mail and password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmailAndPasswordConfig {
    /// Whether passwords are accepted at all. Default true.
    pub enabled: bool,
    /// Refuses new users while the known ones still sign in. Default false.
    pub disable_sign_up: bool,
    /// Signs a new user in at once. Default true.
    pub auto_sign_in: bool,
}

impl Default for EmailAndPasswordConfig {
    fn default() -> Self {
        Self { enabled: true, disable_sign_up: false, auto_sign_in: true }
    }
}
