//! Statements as an engine has noted them: those on our tables, without values.

use std::iter::Peekable;
use std::str::Chars;

use super::facts::StatementFacts;

/// Keeps the statements on some tables, at most twenty, and takes out what could be a value: engines promise that there is none,
/// but keep the text as it was when they had no room to look.
pub(super) fn on_tables(
    statements: impl IntoIterator<Item = StatementFacts>,
    tables: &[String],
) -> Vec<StatementFacts> {
    let ours = |statement: &StatementFacts| tables.iter().any(|table| mentions(&statement.text, table));
    let bare =
        |statement: StatementFacts| StatementFacts { text: without_values(&statement.text), ..statement };
    statements.into_iter().filter(ours).map(bare).take(MOST).collect()
}

/// Whether a name stands in a text as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back().is_some_and(is_word);
        let after = text[start + name.len()..].chars().next().is_some_and(is_word);
        !before && !after
    })
}

/// The text with `?` for each literal, white space made one space, cut at [`LONGEST`] characters.
fn without_values(text: &str) -> String {
    let mut bare = String::new();
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                pass_literal(&mut letters);
                bare.push('?');
            }
            digit if digit.is_ascii_digit() && !before.is_alphanumeric() && !matches!(before, '_' | '$') => {
                while letters.next_if(|next| next.is_alphanumeric() || *next == '.').is_some() {}
                bare.push('?');
            }
            space if space.is_whitespace() => {
                if !bare.ends_with(' ') {
                    bare.push(' ');
                }
            }
            other => bare.push(other),
        }
        before = letter;
        if bare.chars().count() >= LONGEST {
            bare.push('…');
            break;
        }
    }
    bare.trim().to_owned()
}

/// Up to the closing quotation mark; two of them are one inside.
fn pass_literal(letters: &mut Peekable<Chars<'_>>) {
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '\'' if letters.next_if_eq(&'\'').is_none() => return,
            _ => {}
        }
    }
}

const MOST: usize = 20;
const LONGEST: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_does_not_stay() {
        for (text, bare) in [
            (
                "SELECT *\n  FROM t WHERE token = 'it''s' AND n=12.5",
                "SELECT * FROM t WHERE token = ? AND n=?",
            ),
            (r"UPDATE t SET a = 'x\'y' WHERE b2 = $1", "UPDATE t SET a = ? WHERE b2 = $1"),
            ("INSERT INTO t VALUES (0xFF, 'unfinished", "INSERT INTO t VALUES (?, ?"),
        ] {
            assert_eq!(without_values(text), bare);
        }
    }

    #[test]
    fn a_table_is_a_whole_word() {
        let statement = |text: &str| StatementFacts {
            text: text.to_owned(),
            calls: 1,
            total_milliseconds: 1.0,
            mean_milliseconds: 1.0,
            rows: 1,
        };
        let all = [statement("SELECT 1 FROM \"user\""), statement("SELECT 1 FROM user_history")];
        assert_eq!(
            on_tables(all.clone(), &["user".to_owned()]),
            all[..1].iter().map(|_| statement("SELECT ? FROM \"user\"")).collect::<Vec<_>>()
        );
    }
}
