//! Whose pages may use the interface, and where a browser may be sent.

use url::Url;

use super::shape::fits;
use crate::error::BuildError;

/// Whose pages may use the interface, and where a browser may be sent, in Better Auth's forms:
///
/// | form | trusts |
/// |---|---|
/// | `https://app.example.com` | this origin |
/// | `https://*.example.com` | origins of this shape; `*` stands for any text, `?` for one character |
/// | `*.example.com` | hosts of this shape, with any scheme |
/// | `myapp://`, `myapp://host/path` | an application's own scheme, where the path may go on |
///
/// A `*` that is not followed by a dot trusts hosts of strangers: `*example.com` is also `evil-example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedOrigin(Pattern);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// A serialised origin.
    Origin(String),
    /// A shape of serialised origins.
    OriginShape(String),
    /// A shape of hosts with their ports.
    HostShape(String),
    /// A scheme, and a shape of authorities and a path if they are given.
    Scheme { scheme: String, authority: String, path: String },
}

impl TrustedOrigin {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`BuildError::TrustedOrigin`].
    pub fn parse(text: &str) -> Result<Self, BuildError> {
        let invalid = |problem| BuildError::TrustedOrigin { origin: text.to_owned(), problem };
        let lower = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let has_wildcard = lower.contains(['*', '?']);
        let Some((scheme, rest)) = text.trim().split_once("://") else {
            let pattern = has_wildcard.then_some(Pattern::HostShape(lower));
            return pattern.map(Self).ok_or_else(|| invalid("it has no scheme"));
        };
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let path = if path.is_empty() { String::new() } else { format!("/{path}") };
            return Ok(Self(Pattern::Scheme { scheme, authority: authority.to_ascii_lowercase(), path }));
        }
        if has_wildcard {
            return Ok(Self(Pattern::OriginShape(lower)));
        }
        let url = Url::parse(&lower).map_err(|_| invalid("it is no URL"))?;
        if url.path() != "/" || url.query().is_some() {
            return Err(invalid("an origin has no path"));
        }
        Ok(Self(Pattern::Origin(url.origin().ascii_serialization())))
    }

    /// Whether a URL is of this origin.
    pub fn trusts(&self, url: &Url) -> bool {
        let is_web = matches!(url.scheme(), "http" | "https");
        let origin = || url.origin().ascii_serialization();
        match &self.0 {
            Pattern::Origin(trusted) => is_web && *trusted == origin(),
            Pattern::OriginShape(shape) => is_web && fits(shape, &origin()),
            Pattern::HostShape(shape) => is_web && host_fits(shape, url),
            Pattern::Scheme { scheme, authority, path } => {
                url.scheme() == scheme
                    && (authority.is_empty() || fits(authority, &authority_of(url)))
                    && path_fits(path, url.path())
            }
        }
    }
}

fn host_fits(shape: &str, url: &Url) -> bool {
    let numeric = shape.bytes().all(|byte| byte.is_ascii_digit() || b".*?:".contains(&byte));
    // `10.*` is meant for addresses, and `10.evil.example` is none.
    if numeric && !matches!(url.host(), Some(url::Host::Ipv4(_))) {
        return false;
    }
    fits(shape, &authority_of(url)) || url.host_str().is_some_and(|host| fits(shape, host))
}

/// Host and port.
fn authority_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// Whether a path is the one that is trusted or lies below it. `Url` has resolved its dots.
fn path_fits(trusted: &str, path: &str) -> bool {
    let trusted = trusted.trim_end_matches('/');
    path.strip_prefix(trusted)
        .is_some_and(|rest| trusted.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(origin: &str, url: &str) -> bool {
        TrustedOrigin::parse(origin).unwrap().trusts(&Url::parse(url).unwrap())
    }

    #[test]
    fn an_origin_is_itself_alone() {
        assert!(trusts("https://app.example.com/", "https://APP.example.com/path?x#y"));
        assert!(trusts("https://app.example.com:443", "https://app.example.com"));
        for url in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://app.example.com.evil.example",
            "https://evil.example/https://app.example.com",
            "https://app.example.com@evil.example",
        ] {
            assert!(!trusts("https://app.example.com", url), "{url}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text_of_the_origin() {
        assert!(trusts("https://*.example.com", "https://a.b.example.com/x"));
        assert!(trusts("*.example.com", "http://a.example.com"));
        assert!(trusts("*.example.com:8?", "http://a.example.com:81"));
        assert!(trusts("10.0.*", "http://10.0.7.9"));
        for (shape, url) in [
            ("https://*.example.com", "http://a.example.com"),
            ("https://*.example.com", "https://example.com"),
            ("https://*.example.com", "https://evil.example/a.example.com"),
            ("*.example.com", "https://a.example.com.evil.example"),
            ("*.example.com", "javascript://a.example.com"),
            ("10.0.*", "http://10.0.evil.example"),
        ] {
            assert!(!trusts(shape, url), "{shape} {url}");
        }
    }

    #[test]
    fn an_applications_scheme_is_trusted_with_its_paths() {
        assert!(trusts("myapp://", "myapp://anything/at?all"));
        assert!(trusts("myapp://host/callback", "myapp://host/callback/done"));
        for url in [
            "other://host/callback",
            "myapp://host/callbacks",
            "myapp://host/callback/../x",
            "myapp://other/callback",
        ] {
            assert!(!trusts("myapp://host/callback", url), "{url}");
        }
    }

    #[test]
    fn what_trusts_nobody_is_refused() {
        for origin in ["", "example.com", "https://", "https://example.com/path"] {
            assert!(TrustedOrigin::parse(origin).is_err(), "{origin}");
        }
    }
}
