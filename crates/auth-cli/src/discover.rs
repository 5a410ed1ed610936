//! Recognises the tables of a Better Auth database, whoever made it: which model each table is, which field each column, and how
//! the ids are made.

use auth_schema::live::{LiveColumn, LiveSchema, LiveTable};
use auth_schema::{
    Field, FieldType, IdStrategy, Model, Schema, SchemaBuilder, SchemaError, same_name, snake_case,
};

mod kind;

pub(crate) use self::kind::field_type;

/// The schema of the tables that are there. Columns that belong to no field of the core become additional fields that clients
/// neither set nor see; those of a type that the adapter does not serve, and those that an expression makes, are left out. A core model without a table keeps its name.
///
/// # Errors
///
/// [`SchemaError`] when two columns claim one field.
pub fn schema(live: &LiveSchema) -> Result<Schema, SchemaError> {
    let mut builder = Schema::builder();
    for (_, model) in Schema::core().models() {
        if let Some(table) = best(live, model) {
            builder = recognise(builder, live, model, table);
        }
    }
    builder.build()
}

/// Whether any of the core models is there.
pub fn recognises(live: &LiveSchema) -> bool {
    Schema::core().models().any(|(_, model)| best(live, model).is_some())
}

/// The table that looks most like a model: by its name, and by how many of the model's columns it has.
fn best<'a>(live: &'a LiveSchema, model: &Model) -> Option<&'a LiveTable> {
    let score = |table: &&LiveTable| {
        let has = |field: &&Field| column_of(table, field).is_some();
        model.fields().iter().filter(has).count()
    };
    let named = live.tables.iter().filter(|table| is_named(&table.name, model.name()));
    let fits = |table: &&LiveTable| score(table) * 2 > model.fields().len();
    named.filter(fits).max_by_key(score)
}

/// `user`, `users`, `User`, `auth_user`, `auth_users`, `authUsers`.
fn is_named(table: &str, model: &str) -> bool {
    let plain = snake_case(table);
    let plain = plain.strip_prefix("auth_").unwrap_or(&plain);
    same_name(plain, model) || plain.strip_suffix('s').is_some_and(|singular| same_name(singular, model))
}

fn column_of<'a>(table: &'a LiveTable, field: &Field) -> Option<&'a LiveColumn> {
    table.columns.iter().find(|column| same_name(&column.name, &field.name))
}

fn recognise(builder: SchemaBuilder, live: &LiveSchema, model: &Model, table: &LiveTable) -> SchemaBuilder {
    let mut builder = builder.table(model.name(), &table.name);
    for field in model.fields() {
        if let Some(column) = column_of(table, field) {
            builder = builder.column(model.name(), &field.name, &column.name);
        }
    }
    if let Some(id) = table.column("id") {
        builder = builder.ids_of(model.name(), ids(live, id));
    }
    for column in &table.columns {
        let claimed = model.fields().iter().any(|field| same_name(&field.name, &column.name));
        if let Some(field_type) = field_type(live.engine, column).filter(|_| !claimed) {
            builder = builder.field(model.name(), additional(field_type, table, column));
        }
    }
    builder
}

fn ids(live: &LiveSchema, id: &LiveColumn) -> IdStrategy {
    match field_type(live.engine, id) {
        Some(FieldType::Integer | FieldType::BigInteger) => IdStrategy::Serial,
        Some(FieldType::Uuid) => IdStrategy::UuidV4,
        _ => IdStrategy::Random,
    }
}

fn additional(field_type: FieldType, table: &LiveTable, column: &LiveColumn) -> Field {
    let mut field =
        Field::new(snake_case(&column.name), field_type).column(&column.name).no_input().not_returned();
    field.required = column.required && !column.has_default;
    field.unique = table.is_unique(&[&column.name]);
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_schema::ddl::Engine;

    fn table(name: &str, columns: &[(&str, &str)]) -> LiveTable {
        let column = |(name, declared): &(&str, &str)| LiveColumn {
            name: (*name).to_owned(),
            declared: (*declared).to_owned(),
            required: true,
            ..LiveColumn::default()
        };
        LiveTable {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            ..LiveTable::default()
        }
    }

    #[test]
    fn tables_are_recognised_by_name_and_columns() {
        let user = [
            ("id", "uuid"),
            ("name", "text"),
            ("email", "text"),
            ("emailVerified", "boolean"),
            ("createdAt", "timestamp(3) without time zone"),
            ("updatedAt", "timestamp(3) without time zone"),
            ("roleName", "text"),
        ];
        let decoy = table("auth_users", &[("id", "text"), ("login", "text")]);
        let live = LiveSchema {
            engine: Engine::Postgres,
            tables: vec![decoy, table("Users", &user)],
            enforces_foreign_keys: true,
        };
        let schema = schema(&live).unwrap();
        let user = schema.model(auth_schema::user::MODEL).unwrap();
        assert_eq!((user.table(), user.ids()), ("Users", &IdStrategy::UuidV4));
        assert_eq!(user.fields()[3].column, "emailVerified");
        let role = user.fields().last().unwrap();
        assert_eq!((role.name.as_str(), role.column.as_str()), ("role_name", "roleName"));
        assert!(!role.input && !role.returned);
        assert_eq!(schema.model(auth_schema::session::MODEL).unwrap().table(), "auth_sessions");
    }
}
