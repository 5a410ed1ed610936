//! Relations between models: each foreign key seen from both ends.

use auth_schema::Model;
use auth_schema::ddl::{ColumnPlan, ForeignKeyPlan, TablePlan};

/// A foreign key between two models.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relation<'a> {
    /// The model that points.
    pub(super) from: &'a Model,
    /// Its column.
    pub(super) column: &'a ColumnPlan<'a>,
    /// What it points to.
    pub(super) key: &'a ForeignKeyPlan<'a>,
    /// Whether it is the only one between the two models.
    pub(super) alone: bool,
}

impl Relation<'_> {
    /// Whether at most one row points to another.
    pub(super) fn is_one_to_one(&self) -> bool {
        self.column.field.unique
    }

    /// Whether the model points to itself.
    pub(super) fn is_own(&self) -> bool {
        self.from.name() == self.key.model.name()
    }
}

/// All relations, in the order of tables and columns.
pub(super) fn relations<'a>(tables: &'a [TablePlan<'a>]) -> Vec<Relation<'a>> {
    let keys = |table: &'a TablePlan<'a>| {
        let columns = table.columns.iter();
        columns.filter_map(|column| Some((table.model, column, column.foreign_key.as_ref()?)))
    };
    let all: Vec<_> = tables.iter().flat_map(keys).collect();
    let same = |from: &Model, to: &Model| {
        let between = |(other, _, key): &&(&Model, &ColumnPlan<'_>, &ForeignKeyPlan<'_>)| {
            (other.name(), key.model.name()) == (from.name(), to.name())
        };
        all.iter().filter(between).count()
    };
    let relation = |(from, column, key): &(&'a Model, &'a ColumnPlan<'a>, &'a ForeignKeyPlan<'a>)| Relation {
        from,
        column,
        key,
        alone: same(from, key.model) == 1,
    };
    all.iter().map(relation).collect()
}

/// A name that no other has yet.
pub(super) fn unused(name: String, used: &[String]) -> String {
    if !used.contains(&name) {
        return name;
    }
    // Of so many names one is free.
    let numbered = (2..used.len() + 3).map(|number| format!("{name}_{number}"));
    numbered.into_iter().find(|name| !used.contains(name)).unwrap_or(name)
}
