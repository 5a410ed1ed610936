//! What a URL says of TLS, in the words of the drivers, for the tools of the engines.

use super::error::BackupError;

/// What a parameter of a URL says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    /// Whether a connection is encrypted, and who is believed.
    Mode,
    /// The file of those who vouch for the server.
    Authority,
    /// The client's certificate, a file.
    Certificate,
    /// Its key, a file.
    Key,
}

/// Reads a parameter; `None` when it says something else.
///
/// # Errors
///
/// [`BackupError::Tls`] when the tools cannot be told: they would connect in another way than the URL asks for.
pub(super) fn read(name: &str, value: &str) -> Result<Option<Tls>, BackupError> {
    let said = match name {
        "sslmode" | "ssl-mode" => return Ok(Some(Tls::Mode)),
        "sslrootcert" | "ssl-root-cert" | "sslca" | "ssl-ca" => Tls::Authority,
        "sslcert" | "ssl-cert" => Tls::Certificate,
        "sslkey" | "ssl-key" => Tls::Key,
        other if other.starts_with("ssl") || other.starts_with("tls") => {
            return Err(refused(name, "the driver does not know it either; leave it out"));
        }
        _ => return Ok(None),
    };
    // The drivers take the text itself, too.
    if value.trim_start().starts_with("-----BEGIN") {
        return Err(refused(
            name,
            "it holds the text of a certificate or key; write it to a file and name that",
        ));
    }
    Ok(Some(said))
}

fn refused(name: &str, advice: &'static str) -> BackupError {
    BackupError::Tls { name: name.to_owned(), advice }
}
