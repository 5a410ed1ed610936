//! The `auth.toml` of a schema.

use std::fmt::Write;

use auth_schema::{Field, FieldType, Fill, IdStrategy, IdType, Model, OnDelete, Schema};
use serde_json::Value as Json;

/// Writes the `auth.toml` that makes a schema: the way of naming that fits most, and what differs from it. What only code can
/// say is left out, and so are models without a table: they have the names of the others.
pub fn config(schema: &Schema, has_table: impl Fn(&str) -> bool) -> String {
    let ways = [
        ("snake", Schema::builder()),
        ("better-auth", Schema::builder().better_auth_names()),
        ("drizzle", Schema::builder().drizzle_names()),
    ];
    let built = ways.into_iter().filter_map(|(way, builder)| Some((way, builder.build().ok()?)));
    let Some((way, base)) = built.max_by_key(|(way, base)| (agreement(schema, base), *way == "snake")) else {
        return String::new();
    };
    let ids = schema.models().next().map(|(_, user)| user.ids().clone()).unwrap_or_default();
    let mut text = format!("naming = \"{way}\"\n");
    if ids != IdStrategy::default() {
        let _ = writeln!(text, "ids = \"{}\"", strategy(&ids));
    }
    for (id, model) in schema.models().filter(|(_, model)| has_table(model.table())) {
        write_model(&mut text, model, base.model(id).ok().filter(|base| base.name() == model.name()), &ids);
    }
    text
}

/// How many names two schemas share.
fn agreement(schema: &Schema, base: &Schema) -> usize {
    let names = |schema: &Schema| -> Vec<String> {
        let of = |(_, model): (_, &Model)| {
            let columns = model.fields().iter().map(|field| format!("{}.{}", model.table(), field.column));
            columns.collect::<Vec<_>>()
        };
        schema.models().flat_map(of).collect()
    };
    let base = names(base);
    names(schema).into_iter().filter(|name| base.contains(name)).count()
}

fn write_model(text: &mut String, model: &Model, base: Option<&Model>, ids: &IdStrategy) {
    let mut own = String::new();
    if base.is_none_or(|base| base.table() != model.table()) {
        let _ = writeln!(own, "table = {}", quoted(model.table()));
    }
    if model.ids() != ids {
        let _ = writeln!(own, "ids = \"{}\"", strategy(model.ids()));
    }
    let known = |field: &&Field| base.is_some_and(|base| base.find(&field.name).is_ok());
    let columns: Vec<String> = model
        .fields()
        .iter()
        .filter(known)
        .zip(base.into_iter().flat_map(Model::fields))
        .filter(|(field, base)| field.column != base.column)
        .map(|(field, _)| format!("{} = {}", key(&field.name), quoted(&field.column)))
        .collect();
    if !columns.is_empty() {
        let _ = writeln!(own, "columns = {{ {} }}", columns.join(", "));
    }
    if !own.is_empty() {
        let _ = write!(text, "\n[models.{}]\n{own}", key(model.name()));
    }
    for field in model.fields().iter().skip(1).filter(|field| !known(field)) {
        write_field(text, model, field);
    }
}

fn write_field(text: &mut String, model: &Model, field: &Field) {
    let _ = write!(
        text,
        "\n[models.{}.fields.{}]\ntype = \"{}\"\n",
        key(model.name()),
        key(&field.name),
        kind(field.field_type)
    );
    let _ = writeln!(text, "column = {}", quoted(&field.column));
    for (key, said) in [
        ("required = false", !field.required),
        ("unique = true", field.unique),
        ("index = true", field.index),
        ("sortable = true", field.sortable),
        ("long = true", field.long),
        ("input = false", !field.input),
        ("returned = false", !field.returned),
    ] {
        if said {
            let _ = writeln!(text, "{key}");
        }
    }
    match &field.default {
        Some(Fill::Now) => *text += "default = \"now\"\n",
        Some(Fill::Value(value)) => {
            if let Json::Bool(_) | Json::Number(_) | Json::String(_) = value.to_json() {
                let _ = writeln!(text, "default = {}", value.to_json());
            }
        }
        _ => {}
    }
    if field.on_update == Some(Fill::Now) {
        *text += "on_update = \"now\"\n";
    }
    if let Some(reference) = &field.references {
        let action = match reference.on_delete {
            OnDelete::Restrict => "restrict",
            OnDelete::SetNull => "set_null",
            OnDelete::NoAction => "no_action",
            _ => "cascade",
        };
        let _ = writeln!(
            text,
            "references = \"{}.{}\"\non_delete = \"{action}\"",
            reference.model, reference.field
        );
    }
}

/// A key of TOML: bare where it may be.
fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A text of TOML; its escapes are those of JSON.
fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

fn strategy(ids: &IdStrategy) -> String {
    match ids {
        IdStrategy::UuidV4 => "uuid".to_owned(),
        IdStrategy::UuidV7 => "uuid_v7".to_owned(),
        IdStrategy::Serial | IdStrategy::Database(IdType::Integer) => "serial".to_owned(),
        IdStrategy::NanoId => "nano_id".to_owned(),
        IdStrategy::Cuid2 => "cuid2".to_owned(),
        IdStrategy::Prefixed(prefix) => format!("prefix:{prefix}"),
        IdStrategy::Database(IdType::Text) => "database_text".to_owned(),
        IdStrategy::Database(IdType::Uuid) => "database_uuid".to_owned(),
        _ => "random".to_owned(),
    }
}

fn kind(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Integer => "integer",
        FieldType::BigInteger => "big_integer",
        FieldType::Float => "float",
        FieldType::Boolean => "boolean",
        FieldType::Timestamp => "timestamp",
        FieldType::Decimal => "decimal",
        FieldType::Bytes => "bytes",
        FieldType::Uuid => "uuid",
        FieldType::Date => "date",
        FieldType::Time => "time",
        FieldType::Json => "json",
        FieldType::StringList => "string_list",
        FieldType::NumberList => "number_list",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_makes_the_same_schema() {
        let more = r#"
            ids = "uuid_v7"
            [models.user]
            table = "people"
            ids = "serial"
            columns = { email = "e\"mail" }
            [models.user.fields.role]
            type = "string"
            default = "member"
            [models.team]
            [models.team.fields."first name"]
            type = "string"
            [models.team.fields.owner]
            type = "string"
            references = "user.id"
            on_delete = "set_null"
            required = false
        "#;
        for naming in ["snake", "better-auth", "drizzle"] {
            for more in ["", more] {
                let schema = Schema::from_toml(&format!("naming = \"{naming}\"\n{more}")).unwrap();
                let written = config(&schema, |_| true);
                let again = Schema::from_toml(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
                assert_eq!(again, schema, "{written}");
            }
        }
    }
}
