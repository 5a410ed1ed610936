//! SeaORM entities of a schema: a crate's `src`, one file for each table and `lib.rs`.

use auth_schema::live::LiveSchema;
use auth_schema::{Field, Model, Schema, ddl};
use sea_orm_codegen::{
    BannerVersion, BigIntegerType, DateTimeCrate, EntityFormat, EntityTransformer, EntityWriterContext,
    OutputFile, WithPrelude, WithSerde,
};
use sea_query::TableCreateStatement;
use syn::{File, Item};

use super::error::GenerateError;
use super::file::GeneratedFile;
use super::physical;

/// Generates the entities of a schema in SeaORM's dense format, in the order of the file names.
///
/// The modules bear the names of the tables, instants are `time::OffsetDateTime`, and each reference gives a
/// relation in both directions. The text is what `rustfmt` makes of it.
pub fn entity(schema: &Schema) -> Result<Vec<GeneratedFile>, GenerateError> {
    write(schema, ddl::neutral_tables(schema, &|_, _, _| None)?)
}

/// Generates the entities of tables that are there, whoever made them: models without a table are left out, and each column
/// has the type that the driver gives for it.
pub fn entity_of(schema: &Schema, live: &LiveSchema) -> Result<Vec<GeneratedFile>, GenerateError> {
    let form = |model: &Model, id, field: &Field| physical::form(schema, live, model, id, field);
    let mut tables = ddl::neutral_tables(schema, &form)?;
    let names: Vec<&str> = schema.models().map(|(_, model)| model.table()).collect();
    let mut names = names.into_iter();
    tables.retain(|_| names.next().is_some_and(|name| live.table(name).is_some()));
    write(schema, tables)
}

fn write(schema: &Schema, tables: Vec<TableCreateStatement>) -> Result<Vec<GeneratedFile>, GenerateError> {
    reject_names(schema)?;
    let writer = EntityTransformer::transform(tables).map_err(GenerateError::Transform)?;
    let output = writer.generate(&context());
    let mut files =
        output.files.iter().map(|file| finish(schema, file)).collect::<Result<Vec<_>, GenerateError>>()?;
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

fn context() -> EntityWriterContext {
    let (copy_enums, schema_name, lib) = (false, None, true);
    let (skip_primary_key, skip_hidden) = (false, false);
    let (seaography, active_model_behavior) = (false, true);
    EntityWriterContext::new(
        EntityFormat::Dense,
        WithPrelude::None,
        WithSerde::None,
        copy_enums,
        DateTimeCrate::Time,
        BigIntegerType::I64,
        schema_name,
        lib,
        skip_primary_key,
        skip_hidden,
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        seaography,
        active_model_behavior,
        BannerVersion::Off,
    )
}

/// The generator makes identifiers of the names' letters and digits, and panics when one starts with a digit.
fn reject_names(schema: &Schema) -> Result<(), GenerateError> {
    let columns = schema.models().flat_map(|(_, model)| model.fields()).map(|field| field.column.as_str());
    let mut names = schema.models().map(|(_, model)| model.table()).chain(columns);
    let nameless = |name: &&str| !name.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_alphabetic);
    match names.find(nameless) {
        Some(name) => Err(GenerateError::Name { name: name.to_owned() }),
        None => Ok(()),
    }
}

fn finish(schema: &Schema, output: &OutputFile) -> Result<GeneratedFile, GenerateError> {
    let parsed = syn::parse_file(&output.content)
        .map_err(|source| GenerateError::Syntax { file: output.name.clone(), source })?;
    let subject = match schema.models().find(|(_, model)| is_file_of(model, &output.name)) {
        Some((_, model)) => format!("The table `{}`: the model `{}`.", model.table(), model.name()),
        None => "SeaORM entities of the authentication tables, one module for each.".to_owned(),
    };
    let content = format!("{}\n//!\n//! {subject}\n\n{}", GeneratedFile::BANNER, print(parsed));
    Ok(GeneratedFile { name: output.name.clone(), content })
}

/// File names are tables in `snake_case`.
fn is_file_of(model: &Model, file: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    plain(model.table()) == plain(file.trim_end_matches(".rs"))
}

/// Prints items apart from each other, modules in one block.
fn print(file: File) -> String {
    let mut text = String::new();
    let mut after_module = true;
    for item in file.items {
        let module = matches!(item, Item::Mod(_));
        if !(text.is_empty() || module && after_module) {
            text.push('\n');
        }
        text += &prettyplease::unparse(&File { shebang: None, attrs: Vec::new(), items: vec![item] });
        after_module = module;
    }
    text
}

#[cfg(test)]
mod tests {
    use auth_schema::FieldType;

    use super::*;

    fn one(table: &str, fields: Vec<Field>) -> Result<String, GenerateError> {
        let schema = Schema::new(vec![Model::new("thing", table, fields).unwrap()]).unwrap();
        let files = entity(&schema)?;
        Ok(files.into_iter().find(|file| file.name != "lib.rs").unwrap().content)
    }

    #[test]
    fn every_field_type_becomes_a_rust_type() {
        let field = |name: &str, kind| Field::new(name, kind).optional();
        let text = one(
            "things",
            vec![
                field("text", FieldType::String),
                field("integer", FieldType::Integer),
                field("big", FieldType::BigInteger),
                field("float", FieldType::Float),
                field("flag", FieldType::Boolean),
                field("instant", FieldType::Timestamp),
                field("json", FieldType::Json),
                field("texts", FieldType::StringList),
                field("numbers", FieldType::NumberList),
            ],
        )
        .unwrap();
        for line in [
            "    pub id: String,\n",
            "    pub text: Option<String>,\n",
            "    pub integer: Option<i32>,\n",
            "    pub big: Option<i64>,\n",
            "    pub float: Option<f64>,\n",
            "    pub flag: Option<bool>,\n",
            "    pub instant: Option<TimeDateTimeWithTimeZone>,\n",
            "    pub json: Option<Json>,\n",
            "    pub texts: Option<Json>,\n",
            "    pub numbers: Option<Json>,\n",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn camel_case_names_stay_in_the_database() {
        let text =
            one("rateLimit", vec![Field::new("last_request", FieldType::BigInteger).column("lastRequest")]);
        let text = text.unwrap();
        assert!(text.contains("#[sea_orm(table_name = \"rateLimit\")]"), "{text}");
        assert!(
            text.contains("#[sea_orm(column_name = \"lastRequest\")]\n    pub last_request: i64,"),
            "{text}"
        );
        assert!(text.contains("//! The table `rateLimit`: the model `thing`."), "{text}");
    }

    #[test]
    fn a_name_without_a_rust_form_is_named() {
        let error = one("things", vec![Field::new("_2fa", FieldType::Boolean)]).unwrap_err();
        assert!(matches!(error, GenerateError::Name { name } if name == "_2fa"));
    }
}
