//! Where the database is: a URL, or its parts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{SettingsError, wrong};
use crate::domain::Secret;

/// What was said of the address, each with the name under which it was said.
#[derive(Debug, Default)]
pub(super) struct Address {
    pub(super) url: Option<(String, Secret)>,
    pub(super) engine: Option<&'static str>,
    pub(super) host: Option<(String, String)>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) password: Option<(String, Secret)>,
    pub(super) database: Option<String>,
}

impl Address {
    /// The URL; `None` when nothing was said. What stands in it is percent-encoded.
    pub(super) fn url(self) -> Result<Option<Secret>, SettingsError> {
        let url_outweighs = match (&self.url, &self.host) {
            (Some((url, _)), Some((host, _))) if is_in_file(url) == is_in_file(host) => {
                return Err(wrong(url, format!("and {host} are both set: keep one")));
            }
            (Some((url, _)), Some(_)) => !is_in_file(url),
            _ => true,
        };
        if let Some((_, url)) = self.url.filter(|_| url_outweighs) {
            return Ok(Some(url));
        }
        let Some((_, host)) = self.host else {
            return match self.password {
                Some((name, _)) => Err(wrong(&name, "is set without a host: set DB_HOST as well".to_owned())),
                None => Ok(None),
            };
        };
        let Some(database) = self.database else {
            return Err(wrong("DB_NAME", "is not set, and a host is: which database there?".to_owned()));
        };
        let login = match (self.user, self.password) {
            (None, _) => String::new(),
            (Some(user), None) => format!("{}@", encoded(&user)),
            (Some(user), Some((_, password))) => {
                format!("{}:{}@", encoded(&user), encoded(password.expose()))
            }
        };
        let engine = self.engine.unwrap_or("postgres");
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Some(Secret::new(format!(
            "{engine}://{login}{}{port}/{}",
            host_in_url(&host),
            encoded(&database)
        ))))
    }
}

/// Whether it was said in the file, which the environment outweighs.
fn is_in_file(name: &str) -> bool {
    name.contains('.')
}

/// An address of version 6 stands in brackets; a folder of sockets is encoded.
fn host_in_url(host: &str) -> String {
    match host {
        socket if socket.starts_with('/') => encoded(socket),
        six if six.contains(':') && !six.starts_with('[') => format!("[{six}]"),
        other => other.to_owned(),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
