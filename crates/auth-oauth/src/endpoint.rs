//! Addresses of a provider.

use auth_core::provider::ProviderError;
use url::{Host, Url};

use crate::failure::Failures;

/// Reads an address. Plain `http` is taken on the machine itself only, unless it is allowed: client secret and tokens travel.
pub(crate) fn endpoint(
    failures: &Failures,
    what: &str,
    text: &str,
    allow_plain_http: bool,
) -> Result<Url, ProviderError> {
    let url = Url::parse(text).map_err(|_| failures.settings(format!("the {what} is not an address")))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if allow_plain_http || is_loopback(&url) => Ok(url),
        _ => Err(failures.settings(format!("the {what} must begin with https"))),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_the_machine_itself() {
        let failures = Failures::of("test");
        let read = |text| endpoint(&failures, "token URL", text, false).is_ok();
        for good in ["https://a.example/x", "http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost/x"] {
            assert!(read(good), "{good}");
        }
        for bad in ["http://a.example", "ftp://a.example", "a.example", "http://localhost.example", ""] {
            assert!(!read(bad), "{bad}");
        }
        assert!(endpoint(&failures, "token URL", "http://keycloak:8080/x", true).is_ok());
    }
}
