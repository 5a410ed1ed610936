//! What of the catalogue stands in a database.

use auth_schema::live::LiveIndex;
use migration::index::{Form, IndexDefinition, NoForm, Placed, Profile, catalogue};

use super::{Catalogue, Refusal};

/// An entry of the catalogue and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub definition: &'static IndexDefinition,
    /// Whether it stands.
    pub state: State,
    /// The index in the database: as it is, or as it would be named.
    pub index: Option<String>,
    /// Its table in the database.
    pub table: Option<String>,
    /// Its columns in the database.
    pub columns: Vec<String>,
    /// Its form on this engine.
    pub form: Form,
}

/// Whether an index stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is there.
    Present,
    /// It could be created.
    Missing,
    /// A build of it failed or was cut short: it costs every write and serves nothing.
    Invalid,
    /// This engine has no form of it.
    NoForm(NoForm),
    /// What it needs is not there.
    Impossible(Refusal),
}

impl State {
    /// Its name: `present`, `missing`, `invalid`, `no_form`, `impossible`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::NoForm(_) => "no_form",
            Self::Impossible(_) => "impossible",
        }
    }
}

impl Catalogue<'_> {
    /// Lists the whole catalogue; an entry for columns that the operator names stands once for each that has it.
    pub fn list(&self) -> Vec<Entry> {
        catalogue().flat_map(|definition| self.entries(definition)).collect()
    }

    fn entries(&self, definition: &'static IndexDefinition) -> Vec<Entry> {
        if !definition.kind.asks_for_a_column() {
            return vec![self.entry(definition, None)];
        }
        let tables =
            self.schema.models().filter_map(|(_, model)| Some((model, self.live.table(model.table())?)));
        let columns = tables.flat_map(|(model, table)| {
            table.columns.iter().map(|column| format!("{}.{}", model.name(), column.name))
        });
        let standing = columns.map(|column| self.entry(definition, Some(&column)));
        let mut entries: Vec<Entry> =
            standing.filter(|entry| matches!(entry.state, State::Present | State::Invalid)).collect();
        if entries.is_empty() {
            entries.push(self.entry(definition, None));
        }
        entries
    }

    fn entry(&self, definition: &'static IndexDefinition, column: Option<&str>) -> Entry {
        let form = definition.form(self.engine);
        let located = self.locate(definition, column);
        let state = match (&form, &located) {
            (Form::None(no), _) => State::NoForm(*no),
            (_, Err(refusal)) => State::Impossible(refusal.clone()),
            (_, Ok(at)) => self.state(definition, at),
        };
        let at = located.ok();
        let columns = at.iter().flat_map(|at| &at.columns).map(|column| column.name.clone()).collect();
        let index = at
            .as_ref()
            .map(|at| self.standing(definition, at).map_or(at.index.clone(), |index| index.name.clone()));
        Entry { definition, state, index, table: at.map(|at| at.table), columns, form }
    }

    /// Whether an entry stands at its place.
    pub(super) fn state(&self, definition: &IndexDefinition, at: &Placed) -> State {
        if let Some(table) = definition.stands_as_table(self.engine, at) {
            // It stands when its triggers stand as well: the catalogue then tells an index of its name.
            return match (self.standing(definition, at), self.live.table(&table)) {
                (Some(_), _) => State::Present,
                (None, Some(_)) => State::Invalid,
                (None, None) => State::Missing,
            };
        }
        match self.standing(definition, at) {
            Some(index) if index.valid => State::Present,
            Some(_) => State::Invalid,
            None => State::Missing,
        }
    }

    /// The index in the database: one of the profile `core` by its columns, whoever made and named it, any other by its name.
    pub(super) fn standing(&self, definition: &IndexDefinition, at: &Placed) -> Option<&LiveIndex> {
        let indexes = &self.live.table(&at.table)?.indexes;
        let named = indexes.iter().find(|index| index.name == at.index);
        if definition.profile != Profile::Core {
            return named;
        }
        let same = |index: &&LiveIndex| {
            let wanted = at.columns.iter().map(|column| &column.name);
            index.valid
                && !index.partial
                && index.unique >= definition.unique
                && index.columns.iter().eq(wanted)
        };
        indexes.iter().find(same).or(named)
    }
}
