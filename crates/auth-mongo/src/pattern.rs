//! Regular expressions that mean a text literally.

use auth_core::adapter::{Case, Operator};

/// The expression for a text operator, or for equality without regard to case; every character of the text means itself. Only
/// ASCII letters are folded, so the expression does it itself: the engine's option would fold all of Unicode.
pub(crate) fn pattern(operator: Operator, text: &str, case: Case) -> String {
    let mut pattern = String::with_capacity(text.len() + 16);
    if !matches!(operator, Operator::Contains | Operator::EndsWith) {
        pattern.push('^');
    }
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' if case == Case::Insensitive => {
                pattern.extend(['[', letter.to_ascii_lowercase(), letter.to_ascii_uppercase(), ']']);
            }
            letter if letter.is_ascii_punctuation() && letter != '_' => pattern.extend(['\\', letter]),
            letter => pattern.push(letter),
        }
    }
    if !matches!(operator, Operator::Contains | Operator::StartsWith) {
        pattern.push_str(END);
    }
    pattern
}

/// The very end: `$` would also hold before a last line feed.
const END: &str = r"(?![\s\S])";

/// The longest text that is made a pattern of: the engine takes expressions of some 32,000 bytes.
pub(crate) const LONGEST: usize = 4000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_means_itself() {
        for (operator, text, case, expected) in [
            (Operator::Contains, ".*", Case::Sensitive, r"\.\*"),
            (Operator::StartsWith, "a(b", Case::Sensitive, r"^a\(b"),
            (Operator::EndsWith, "x$", Case::Sensitive, r"x\$(?![\s\S])"),
            (Operator::Equal, "Ad\\E", Case::Insensitive, r"^[aA][dD]\\[eE](?![\s\S])"),
            (Operator::Contains, "é_ 1", Case::Insensitive, "é_ 1"),
        ] {
            assert_eq!(pattern(operator, text, case), expected);
        }
    }
}
