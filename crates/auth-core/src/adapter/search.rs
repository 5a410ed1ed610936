//! What a search asks, how its text is read, and the search of adapters that have no index for it.

use auth_schema::{FieldId, ModelId};

use super::{Adapter, AdapterError, Direction, Filter, Operator, Query, Record, Value};

/// A question for rows by words of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The model that is asked for.
    pub model: ModelId,
    /// The fields that are searched, all of them text; a word in an earlier one counts more.
    pub fields: Vec<FieldId>,
    /// The instant by which newer rows come before older ones.
    pub newest: FieldId,
    /// The words, all of which must be there. None: every row.
    pub text: String,
    /// Which rows else.
    pub filter: Filter,
    /// At most so many rows.
    pub limit: u64,
}

/// A piece of the text without space in it: `ada`, `o'neil`, `@example.com`, `100%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// As it was written.
    pub(super) text: String,
    /// The words in it that an index of words holds: `o` and `neil`. A row that has the term has a word that begins with each.
    pub(super) words: Vec<String>,
    /// Whether the term is more than its words, so that the row itself must be looked at.
    pub(super) is_literal: bool,
}

impl Search {
    /// Orders the newest first, the id deciding among equals.
    pub(super) fn newest_first(&self) -> Query {
        Query::new(self.model)
            .filter(self.filter.clone())
            .sort(self.newest, Direction::Descending)
            .sort(FieldId::ID, Direction::Descending)
    }

    /// The terms of the text. Spaces and control characters, which no name should hold and some engines refuse, stand between them.
    pub(super) fn terms(&self) -> Vec<Term> {
        let between = |letter: char| letter.is_whitespace() || letter.is_control();
        let pieces = self.text.split(between).filter(|piece| !piece.is_empty());
        let mut terms: Vec<Term> = pieces.take(MOST_TERMS).map(Term::read).collect();
        let mut words = MOST_WORDS;
        for term in &mut terms {
            term.is_literal |= term.words.len() > words;
            term.words.truncate(words);
            words -= term.words.len();
        }
        terms
    }
}

impl Term {
    fn read(piece: &str) -> Self {
        let text: String = piece.chars().take(LONGEST_TERM).collect();
        let parts = text.split(|letter: char| letter.is_ascii_punctuation()).filter(|part| !part.is_empty());
        let word =
            |part: &str| -> String { part.chars().take_while(|letter| is_in_words(*letter)).collect() };
        let words: Vec<String> = parts.map(word).filter(|word| !word.is_empty()).collect();
        let is_literal = words.len() != 1 || words[0] != text;
        Self { text, words, is_literal }
    }

    /// The rows that hold the term in one of the fields, whatever stands before and after it.
    pub(super) fn anywhere(&self, fields: &[FieldId]) -> Filter {
        let mut filter = Filter::everything();
        for field in fields {
            filter = filter.or(*field, Operator::Contains, self.text.as_str());
        }
        filter.any = filter.any.into_iter().map(super::Condition::insensitive).collect();
        filter
    }
}

/// Finds rows by reading them newest first, a thousand at a time. One statement; one more for each further thousand that has to be
/// read where the text has several words or the filter alternatives.
pub(super) async fn by_reading<A: Adapter + ?Sized>(
    adapter: &A,
    search: Search,
) -> Result<Vec<Record>, AdapterError> {
    let mut terms = search.terms();
    let mut query = search.newest_first();
    if terms.is_empty() {
        let rows = adapter.find_many(query.limit(search.limit)).await?;
        return Ok(rows.into_iter().map(|row| row.record).collect());
    }
    // A filter has one list of alternatives: the longest term, which is likely the rarest, takes it.
    terms.sort_by_key(|term| std::cmp::Reverse(term.text.chars().count()));
    if query.filter.any.is_empty() {
        query.filter.any = terms[0].anywhere(&search.fields).any;
    }
    let mut found = Vec::new();
    loop {
        let page = adapter.find_many(query.clone().limit(RANKED)).await?;
        let is_last = (page.len() as u64) < RANKED;
        query.offset += RANKED;
        let has_all = |record: &Record| terms.iter().all(|term| has(record, &search.fields, &term.text));
        found.extend(page.into_iter().map(|row| row.record).filter(has_all));
        if is_last || found.len() as u64 >= RANKED {
            break;
        }
    }
    found.truncate(usize::try_from(RANKED).unwrap_or(usize::MAX));
    // Stable: among equals the newest stays first.
    found.sort_by_cached_key(|record| std::cmp::Reverse(worth(record, &search.fields, &terms)));
    found.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
    Ok(found)
}

fn has(record: &Record, fields: &[FieldId], term: &str) -> bool {
    let term = term.to_ascii_lowercase();
    fields.iter().any(|field| lower(record, *field).contains(&term))
}

fn lower(record: &Record, field: FieldId) -> String {
    match record.get(field) {
        Some(Value::Text(text)) => text.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// How well a row answers: for each term, whole words before beginnings of words, earlier fields before later ones.
fn worth(record: &Record, fields: &[FieldId], terms: &[Term]) -> usize {
    let texts: Vec<String> = fields.iter().map(|field| spaced(&lower(record, *field))).collect();
    let of_term = |term: &Term| {
        let whole = spaced(&term.text.to_ascii_lowercase());
        let begun = whole.trim_end();
        let first = |wanted: &str| texts.iter().position(|text| text.contains(wanted));
        let count = fields.len();
        first(&whole)
            .map(|field| 2 * count - field)
            .or_else(|| first(begun).map(|field| count - field))
            .unwrap_or(0)
    };
    terms.iter().map(of_term).sum()
}

/// A text with a space before and after each of its words, for ranking.
pub(super) fn spaced(text: &str) -> String {
    let inner = text.replace(BETWEEN_WORDS, " ");
    format!(" {inner} ")
}

/// Whether words of every engine may hold it: beyond the basic plane, MySQL knows no letters.
fn is_in_words(letter: char) -> bool {
    letter.is_alphanumeric() && u32::from(letter) <= 0xFFFF
}

/// What stands between words where rows are ranked.
pub(super) const BETWEEN_WORDS: [char; 8] = ['.', '@', '-', '_', '+', '\'', ',', '('];
/// At most so many rows, the newest of those that match, are ranked.
pub(super) const RANKED: u64 = 1000;
/// Of a text with more terms the first count. Each number of terms is a statement of its own.
const MOST_TERMS: usize = 8;
const MOST_WORDS: usize = 16;
/// Characters of a term that count: no longer words are in an index, and engines refuse patterns of any length.
const LONGEST_TERM: usize = 64;

#[cfg(test)]
mod tests {
    use auth_schema::user;

    use super::*;

    fn search(text: &str) -> Search {
        Search {
            model: user::MODEL,
            fields: vec![user::NAME, user::EMAIL],
            newest: user::CREATED_AT,
            text: text.to_owned(),
            filter: Filter::everything(),
            limit: 20,
        }
    }

    #[test]
    fn a_text_is_read_as_terms_and_words() {
        for (text, words, is_literal) in [
            ("Ada", vec!["Ada"], false),
            ("o'neil", vec!["o", "neil"], true),
            ("@example.com", vec!["example", "com"], true),
            ("100%", vec!["100"], true),
            ("%_\\*\"", vec![], true),
            ("🚀", vec![], true),
            ("Ада", vec!["Ада"], false),
            ("ada—x", vec!["ada"], true),
        ] {
            let term = search(text).terms().remove(0);
            assert_eq!(
                (term.words, term.is_literal),
                (words.into_iter().map(str::to_owned).collect(), is_literal)
            );
        }
    }

    #[test]
    fn a_text_is_bounded() {
        assert!(search(" \0\t\n").terms().is_empty());
        assert_eq!(search("a\0b").terms().len(), 2);
        let long = search(&"ab.".repeat(100_000)).terms();
        assert_eq!((long.len(), long[0].text.chars().count(), long[0].words.len()), (1, 64, 16));
        assert_eq!(search(&"a ".repeat(100_000)).terms().len(), 8);
    }

    #[test]
    fn whole_words_are_worth_more_than_beginnings_and_names_more_than_addresses() {
        let row = |name: &str, email: &str| Record::default().with(user::NAME, name).with(user::EMAIL, email);
        let rows = [
            row("Ada Lovelace", "x@example.com"),
            row("Lovelace", "ada@example.com"),
            row("Adam", "x@example.com"),
            row("Eve", "adam@example.com"),
            row("Nevada", "x@example.com"),
        ];
        let search = search("ADA");
        let worths = rows.iter().map(|row| worth(row, &search.fields, &search.terms()));
        assert_eq!(worths.collect::<Vec<_>>(), [4, 3, 2, 1, 0]);
    }
}
