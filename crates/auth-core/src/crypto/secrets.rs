//! One secret, or several of which the first is in use.

use crate::domain::Secret;

/// The secrets of an installation: the first signs and encrypts, all verify and decrypt, so that a secret can be replaced
/// without signing anybody out. `Debug` hides them.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// With their versions, the one in use first. Empty: there is only the one without a version.
    versioned: Vec<(u32, Secret)>,
    /// Those without a version, the newest first: the one in use if none has a version.
    unversioned: Vec<Secret>,
}

/// Secrets that cannot be told apart, or none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "secrets are written version:secret, separated by commas, the one in use first, each version once: {problem}"
)]
pub struct InvalidSecrets {
    problem: String,
}

impl Secrets {
    /// One secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self { versioned: Vec::new(), unversioned: vec![Secret::new(secret)] }
    }

    /// Several secrets with their versions, the one in use first.
    ///
    /// # Errors
    ///
    /// [`InvalidSecrets`] when there is none or a version comes twice.
    pub fn versioned(
        secrets: impl IntoIterator<Item = (u32, impl Into<String>)>,
    ) -> Result<Self, InvalidSecrets> {
        let mut versioned: Vec<(u32, Secret)> = Vec::new();
        for (version, secret) in secrets {
            if versioned.iter().any(|(other, _)| *other == version) {
                return Err(InvalidSecrets { problem: format!("version {version} comes twice") });
            }
            versioned.push((version, Secret::new(secret)));
        }
        if versioned.is_empty() {
            return Err(InvalidSecrets { problem: "there is none".to_owned() });
        }
        Ok(Self { versioned, unversioned: Vec::new() })
    }

    /// Reads secrets as Better Auth's variable `BETTER_AUTH_SECRETS` has them: `2:newer,1:older`.
    ///
    /// # Errors
    ///
    /// [`InvalidSecrets`]; it names no secret.
    pub fn parse(text: &str) -> Result<Self, InvalidSecrets> {
        let entry = |(position, entry): (usize, &str)| {
            let problem =
                || InvalidSecrets { problem: format!("entry {} is not of that form", position + 1) };
            let (version, secret) = entry.trim().split_once(':').ok_or_else(problem)?;
            let version = version.trim().parse().map_err(|_| problem())?;
            Ok((version, secret.to_owned()))
        };
        let entries: Result<Vec<_>, InvalidSecrets> = text.split(',').enumerate().map(entry).collect();
        Self::versioned(entries?)
    }

    /// Adds a secret without a version that was in use before: what it signed and encrypted is still read.
    #[must_use]
    pub fn before_versions(mut self, secret: impl Into<String>) -> Self {
        self.unversioned.push(Secret::new(secret));
        self
    }

    /// The secret in use.
    pub fn current(&self) -> &Secret {
        static NONE: std::sync::LazyLock<Secret> = std::sync::LazyLock::new(|| Secret::new(""));
        // One of the two is there: both constructors see to it.
        self.all().next().unwrap_or(&NONE)
    }

    /// Every secret, the one in use first.
    pub fn all(&self) -> impl Iterator<Item = &Secret> {
        self.versioned.iter().map(|(_, secret)| secret).chain(&self.unversioned)
    }

    /// The version of the secret in use, if it has one.
    pub(super) fn current_version(&self) -> Option<u32> {
        self.versioned.first().map(|(version, _)| *version)
    }

    /// The secret of a version.
    pub(super) fn of_version(&self, version: u32) -> Option<&Secret> {
        self.versioned.iter().find(|(other, _)| *other == version).map(|(_, secret)| secret)
    }

    /// Secrets that are made of these, with the same versions.
    pub(super) fn map(&self, make: impl Fn(&Secret) -> Secret) -> Self {
        Self {
            versioned: self.versioned.iter().map(|(version, secret)| (*version, make(secret))).collect(),
            unversioned: self.unversioned.iter().map(&make).collect(),
        }
    }
}

impl From<&str> for Secrets {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for Secrets {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_in_use_and_all_are_known() {
        let secrets = Secrets::parse("2:new:er, 1:older").unwrap().before_versions("oldest");
        assert_eq!(secrets.current().expose(), "new:er");
        assert_eq!(secrets.current_version(), Some(2));
        assert_eq!(secrets.all().map(Secret::expose).collect::<Vec<_>>(), ["new:er", "older", "oldest"]);
        let without = Secrets::new("new").before_versions("old");
        assert_eq!(without.all().map(Secret::expose).collect::<Vec<_>>(), ["new", "old"]);
    }

    #[test]
    fn what_cannot_be_read_is_said_without_a_secret() {
        for text in ["", "hush", "x:hush", "-1:hush", "1:hush,1:other", "1:hush,hush"] {
            let problem = Secrets::parse(text).unwrap_err().to_string();
            assert!(!problem.contains("hush"), "{problem}");
        }
    }
}
