//! Where an entry of the catalogue stands in a database: its models and fields under the names that they have there.

use auth_schema::ddl::constraint_name;
use auth_schema::live::LiveTable;
use auth_schema::{Model, ModelId, Schema, same_name};
use migration::index::{Engine, Form, IndexDefinition, Kind, Placed, PlacedColumn, Profile};

use super::{Catalogue, Refusal};

impl Catalogue<'_> {
    /// Finds the place of an entry; `column` is what the operator names, as FIELD or MODEL.FIELD.
    pub(super) fn locate(
        &self,
        definition: &'static IndexDefinition,
        column: Option<&str>,
    ) -> Result<Placed, Refusal> {
        let name = definition.name;
        let (model_name, column) = match column.and_then(|column| column.split_once('.')) {
            Some((model, field)) if definition.kind.asks_for_a_column() => (Some(model), Some(field)),
            _ => (None, column),
        };
        let own = model_name.map(|model| self.schema.find(model)).transpose();
        let (id, core) = home(definition).ok_or_else(|| Refusal::Unknown { name: name.to_owned() })?;
        let id = own
            .map_err(|_| Refusal::Unknown { name: model_name.unwrap_or_default().to_owned() })?
            .unwrap_or(id);
        let no_table = |table: &str| Refusal::NoTable { name, table: table.to_owned() };
        let model = self.schema.model(id).map_err(|_| no_table(definition.table))?;
        let table = self.live.table(model.table()).ok_or_else(|| no_table(model.table()))?;
        let mut words: Vec<&str> = definition.all_columns().collect();
        if definition.kind.asks_for_a_column() {
            words.push(column.ok_or(Refusal::ColumnNeeded { name })?);
        }
        let place = |word: &&str| {
            let column = column_named(&core, model, table, word);
            column.ok_or_else(|| Refusal::NoColumn {
                name,
                table: table.name.clone(),
                column: (*word).to_owned(),
            })
        };
        let columns = words.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let index = index_name(definition, &table.name, &columns);
        Ok(Placed { index, table: table.name.clone(), columns })
    }

    /// Finds the place of an entry that can be created there. An engine without a form of it says so first.
    pub(super) fn possible(
        &self,
        definition: &'static IndexDefinition,
        column: Option<&str>,
    ) -> Result<Placed, Refusal> {
        if let Form::None(no) = definition.form(self.engine) {
            return Err(Refusal::NoForm { name: definition.name, engine: self.engine.name(), no });
        }
        let at = self.locate(definition, column)?;
        self.check(definition, &at)?;
        self.check_own_column(definition, &at).map(|()| at)
    }

    /// A column of the application's own is neither taken for the index's nor dropped with it.
    pub(super) fn check_own_column(
        &self,
        definition: &'static IndexDefinition,
        at: &Placed,
    ) -> Result<(), Refusal> {
        let Some(column) = definition.column_of_its_own(self.engine, at) else {
            return Ok(());
        };
        let columns = self.live.table(&at.table).map(|table| table.columns.as_slice()).unwrap_or_default();
        if columns.iter().any(|live| live.name == column && !live.generated) {
            return Err(Refusal::Occupied { name: definition.name, table: at.table.clone(), column });
        }
        Ok(())
    }

    fn check(&self, definition: &'static IndexDefinition, at: &Placed) -> Result<(), Refusal> {
        let name = definition.name;
        let wrong = |column: &PlacedColumn, needed| Refusal::WrongType {
            name,
            table: at.table.clone(),
            column: column.name.clone(),
            declared: self.declared(at, column),
            needed,
        };
        let unbounded = at.columns.iter().find(|column| column.unbounded);
        if let Some(column) = unbounded.filter(|_| definition.unique && self.engine.is_mysql_family()) {
            return Err(wrong(column, "varchar, which auth migrate makes of it"));
        }
        if let (Kind::Json, Some(column)) = (definition.kind, at.columns.last()) {
            let needed = if self.engine == Engine::Postgres { "jsonb" } else { "json" };
            if !self.declared(at, column).eq_ignore_ascii_case(needed) {
                return Err(wrong(column, needed));
            }
        }
        Ok(())
    }

    fn declared(&self, at: &Placed, column: &PlacedColumn) -> String {
        let table = self.live.table(&at.table);
        table
            .and_then(|table| table.column(&column.name))
            .map(|column| column.declared.clone())
            .unwrap_or_default()
    }
}

/// The model that the catalogue means by its table.
fn home(definition: &IndexDefinition) -> Option<(ModelId, Model)> {
    let core = Schema::core();
    core.models().find(|(_, model)| model.table() == definition.table).map(|(id, model)| (id, model.clone()))
}

/// The column of a word of the catalogue: a core field by its place, an additional one by its name, else a column of that name.
fn column_named(core: &Model, model: &Model, table: &LiveTable, word: &str) -> Option<PlacedColumn> {
    let same = core.name() == model.name();
    let field = same.then(|| core.find(word).ok()).flatten().or_else(|| model.find(word).ok());
    let name = field.and_then(|field| model.field(field)).map_or(word, |field| field.column.as_str());
    let found = table.column(name);
    let column = found.or_else(|| table.columns.iter().find(|column| same_name(&column.name, name)))?;
    let kind = column.kind();
    Some(PlacedColumn {
        name: column.name.clone(),
        unbounded: kind.ends_with("text") || kind.ends_with("blob"),
    })
}

fn index_name(definition: &IndexDefinition, table: &str, columns: &[PlacedColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    if definition.profile == Profile::Core {
        return constraint_name(table, &names, if definition.unique { "key" } else { "idx" });
    }
    let middle = definition.suffix().trim_end_matches("_idx");
    match names.last() {
        Some(column) if definition.kind.asks_for_a_column() => {
            constraint_name(table, &[column, middle], "idx")
        }
        _ => constraint_name(table, &[middle], "idx"),
    }
}
