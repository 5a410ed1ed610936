//! The HTTP interface.

use super::{ClientAddressConfig, CookieConfig, RateLimitConfig};

/// The HTTP interface: plain values, read by `auth-axum`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpConfig {
    /// Names and attributes of cookies.
    pub cookies: CookieConfig,
    /// How many requests a client may send.
    pub rate_limit: RateLimitConfig,
    /// How a client's address is found.
    pub client_address: ClientAddressConfig,
    /// Paths below `/api/auth` that are not offered: `/sign-up/email`. They answer 404. Default: none.
    pub disabled_paths: Vec<String>,
    /// Bodies of more bytes are refused. Default 256 KiB.
    pub max_body_size: usize,
    /// Where `/api/auth/error` sends a browser on to, with `?error=CODE`: a path or a URL. Browsers come there when a sign-in
    /// at a provider failed and it is not known where they came from. Default `None`: a page of the interface's own.
    pub error_url: Option<String>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            cookies: CookieConfig::default(),
            rate_limit: RateLimitConfig::default(),
            client_address: ClientAddressConfig::default(),
            disabled_paths: Vec::new(),
            max_body_size: 256 * 1024,
            error_url: None,
        }
    }
}
