//! Indexes that others make needless.

use auth_schema::live::{LiveIndex, LiveTable};

/// An index that costs every write and serves no query that another does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redundant {
    /// Its table.
    pub table: String,
    /// Its name.
    pub index: String,
    /// The index that begins with its columns.
    pub by: String,
    /// Whether both have the same columns.
    pub duplicate: bool,
    /// Whether a constraint holds it, so that it cannot be dropped alone.
    pub held: bool,
}

/// The indexes of a table that others make needless; of two alike, the one that promises more stays, else the one that a constraint
/// holds, else the first by name. One that orders, compares or carries more than its columns serves queries of its own.
pub fn redundant(table: &LiveTable) -> Vec<Redundant> {
    let whole = || table.indexes.iter().filter(|index| !index.partial && !index.special && index.valid);
    let needless = |index: &LiveIndex| {
        let by = whole().find(|other| other.name != index.name && replaces(other, index))?;
        Some(Redundant {
            table: table.name.clone(),
            index: index.name.clone(),
            by: by.name.clone(),
            duplicate: by.columns == index.columns,
            held: index.held,
        })
    };
    whole().filter(|index| !index.primary).filter_map(needless).collect()
}

fn replaces(other: &LiveIndex, index: &LiveIndex) -> bool {
    if other.columns == index.columns {
        let worth = |index: &LiveIndex| (index.primary, index.unique, index.held);
        return worth(other) > worth(index) || (worth(other) == worth(index) && other.name < index.name);
    }
    // A unique index refuses rows, which a longer one does not.
    !index.unique && other.columns.starts_with(&index.columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str, columns: &[&str], unique: bool) -> LiveIndex {
        let columns = columns.iter().map(ToString::to_string).collect();
        LiveIndex { name: name.to_owned(), columns, unique, valid: true, ..LiveIndex::default() }
    }

    #[test]
    fn an_index_is_needless_when_another_begins_with_its_columns() {
        let indexes = vec![
            index("a", &["x"], false),
            index("b", &["x", "y"], false),
            index("c", &["x"], true),
            index("d", &["y"], false),
            index("e", &["y"], false),
            LiveIndex { partial: true, ..index("f", &["y"], false) },
            LiveIndex { special: true, ..index("g", &["y"], false) },
            LiveIndex { special: true, ..index("h", &["x", "a"], false) },
            index("i", &["z"], true),
            LiveIndex { held: true, ..index("j", &["z"], true) },
        ];
        let table = LiveTable { name: "t".to_owned(), indexes, ..LiveTable::default() };
        let found: Vec<_> = redundant(&table).into_iter().map(|found| (found.index, found.by)).collect();
        let expected = [("a", "b"), ("e", "d"), ("i", "j")];
        assert_eq!(found, expected.map(|(index, by)| (index.to_owned(), by.to_owned())));
    }
}
