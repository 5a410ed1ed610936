//! E-mail addresses.

use std::fmt;

/// An e-mail address in lower case, as it is stored and compared. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address of at most 255 characters")]
pub struct InvalidEmail;

impl Email {
    /// Reads an address and lowers its case. Accepts what Better Auth accepts: a local part of letters,
    /// digits and `_'+-.` without leading, trailing or double dots, and a domain of two labels or more.
    ///
    /// # Errors
    ///
    /// [`InvalidEmail`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        if text.len() > MAX_LENGTH || !is_local_part(local) || !is_domain(domain) {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_lowercase()))
    }

    /// Takes an address for which somebody else vouches, in lower case: a provider may know forms of addresses that nobody could
    /// sign up with here. It must have an `@` with something on both sides, and no blank or control character.
    ///
    /// # Errors
    ///
    /// [`InvalidEmail`].
    pub fn vouched(text: &str) -> Result<Self, InvalidEmail> {
        let lower: String = text.chars().flat_map(lower_case).collect();
        let whole =
            lower.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let plain = !lower.chars().any(|letter| letter.is_control() || letter.is_whitespace());
        if whole && plain && lower.len() <= MAX_LENGTH { Ok(Self(lower)) } else { Err(InvalidEmail) }
    }

    /// Takes an address from the database as it is; other writers may have other rules.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(…)")
    }
}

/// A letter in lower case, unless it is a foreign one whose lower case is ASCII: the Kelvin sign is not a `k`.
fn lower_case(letter: char) -> impl Iterator<Item = char> {
    let keeps = !letter.is_ascii() && letter.to_lowercase().any(|lower| lower.is_ascii());
    let lower = (!keeps).then(|| letter.to_lowercase());
    keeps.then_some(letter).into_iter().chain(lower.into_iter().flatten())
}

fn is_local_part(local: &str) -> bool {
    let last = local.bytes().last();
    last.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        && !local.starts_with('.')
        && !local.contains("..")
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_'+-.".contains(&byte))
}

fn is_domain(domain: &str) -> bool {
    let Some((labels, top)) = domain.rsplit_once('.') else {
        return false;
    };
    top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && labels.split('.').all(|label| {
            label.starts_with(|first: char| first.is_ascii_alphanumeric())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// The longest address that fits an indexed column on every engine.
const MAX_LENGTH: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_accepted_as_better_auth_does() {
        for good in ["a@b.co", "Ada.L+x@Example.COM", "o'neil@x-y.example.org", "_@a.bc"] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good.to_lowercase());
        }
        for bad in [
            "",
            "a",
            "@b.co",
            "a@b",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.de",
            "a b@c.de",
            "a@-b.co",
            "a@b.c1",
            "a@.co",
            "a@b..co",
            "ä@b.co",
            "a\0@b.co",
            "a'@b.co",
            "a@b@c.de",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Email::parse(&format!("{}@b.co", "a".repeat(251))).is_err());
    }

    #[test]
    fn a_provider_may_know_other_forms() {
        for good in ["Foo&bar@x.com", "x@пример.рф", "a@localhost"] {
            assert_eq!(Email::vouched(good).unwrap().as_str(), good.to_lowercase());
        }
        assert_eq!(Email::vouched("vi\u{212a}@x.io").unwrap().as_str(), "vi\u{212a}@x.io");
        for bad in ["", "x", "@x.com", "x@", "a b@x.com", "a\n@x.com"] {
            assert!(Email::vouched(bad).is_err(), "{bad:?}");
        }
    }
}
