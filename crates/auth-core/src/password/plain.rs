//! A password as a person typed it.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfkc};
use zeroize::Zeroizing;

/// A password in clear. It is never shown: `Debug` is redacted, there is no `Display`, and its memory is
/// overwritten when it is dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password as it was sent, unchanged and untrimmed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Length in UTF-16 code units, as JavaScript counts, before normalisation: `é` is 1, an emoji 2.
    pub fn utf16_len(&self) -> usize {
        self.0.encode_utf16().count()
    }

    /// Brings the text into the form that is hashed.
    pub(super) fn normalize(self) -> NormalizedPassword {
        if is_nfkc(&self.0) {
            return NormalizedPassword(self.0);
        }
        NormalizedPassword(Zeroizing::new(self.0.nfkc().collect()))
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password in Unicode NFKC, ready to be hashed.
pub(super) struct NormalizedPassword(Zeroizing<String>);

impl NormalizedPassword {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_utf16_code_units() {
        assert_eq!(Password::new("").utf16_len(), 0);
        assert_eq!(Password::new("pässwörd").utf16_len(), 8);
        assert_eq!(Password::new("🔑🔑").utf16_len(), 4);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Password::new("hunter2hunter2")), "Password(…)");
    }

    #[test]
    fn composed_and_decomposed_forms_become_one() {
        let composed = Password::new("\u{e9}").normalize();
        let decomposed = Password::new("e\u{301}").normalize();
        assert_eq!(composed.as_bytes(), decomposed.as_bytes());
    }
}
