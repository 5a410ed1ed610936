//! The column of a field in Drizzle's words, in the type that the DDL gives it.

use auth_schema::ddl::{ColumnPlan, Engine, TablePlan};
use auth_schema::{FieldType, IdStrategy, IdType, Model, OnDelete};

use super::quoted;

/// Types that Drizzle has no words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Custom {
    /// An instant as text.
    IsoText,
    /// JSON, where Better Auth's adapter hands it over as text.
    JsonText,
    /// Bytes.
    Bytes,
}

impl Custom {
    /// Those that the tables use.
    pub(super) fn used(tables: &[TablePlan<'_>], engine: Engine) -> Vec<Self> {
        let uses = |custom: &Self| {
            let mut columns = tables.iter().flat_map(|table| &table.columns);
            columns.any(|column| {
                column.id_type.is_none() && Self::of(column.field.field_type, engine) == Some(*custom)
            })
        };
        [Self::IsoText, Self::JsonText, Self::Bytes].into_iter().filter(uses).collect()
    }

    fn of(field_type: FieldType, engine: Engine) -> Option<Self> {
        match (field_type, engine) {
            (FieldType::Timestamp, Engine::Sqlite) => Some(Self::IsoText),
            (
                FieldType::Json | FieldType::StringList | FieldType::NumberList,
                Engine::Sqlite | Engine::Mysql,
            ) => Some(Self::JsonText),
            (FieldType::Bytes, Engine::Postgres | Engine::Mysql) => Some(Self::Bytes),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::IsoText => "isoText",
            Self::JsonText => "jsonText",
            Self::Bytes => "bytes",
        }
    }

    pub(super) fn declaration(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (Self::IsoText, _) => ISO_TEXT,
            (Self::JsonText, Engine::Mysql) => JSON_COLUMN,
            (Self::JsonText, _) => JSON_TEXT,
            (Self::Bytes, Engine::Mysql) => LONG_BLOB,
            (Self::Bytes, _) => BYTEA,
        }
    }
}

/// The type and the name.
pub(super) fn column(column: &ColumnPlan<'_>, engine: Engine) -> String {
    let name = quoted(&column.field.column);
    if let Some(id_type) = column.id_type {
        return id(&name, id_type, engine);
    }
    if let Some(custom) = Custom::of(column.field.field_type, engine) {
        return format!("{}({name}){}", custom.name(), items(column.field.field_type));
    }
    let plain = |function: &str| format!("t.{function}({name})");
    let with = |function: &str, options: &str| format!("t.{function}({name}, {{ {options} }})");
    match (column.field.field_type, engine) {
        (FieldType::String, Engine::Mysql) => text(&name, &column.sql_type),
        (FieldType::Integer, Engine::Mysql) => plain("int"),
        (FieldType::Integer, _) | (FieldType::BigInteger, Engine::Sqlite) => plain("integer"),
        (FieldType::BigInteger, _) => with("bigint", "mode: \"number\""),
        (FieldType::Float, Engine::Postgres) => plain("doublePrecision"),
        (FieldType::Float, Engine::Mysql) => plain("double"),
        (FieldType::Float, _) => plain("real"),
        (FieldType::Boolean, Engine::Sqlite) => with("integer", "mode: \"boolean\""),
        (FieldType::Boolean, _) => plain("boolean"),
        (FieldType::Timestamp, Engine::Mysql) => with("datetime", "mode: \"date\", fsp: 3"),
        (FieldType::Timestamp, _) => with("timestamp", "precision: 3, withTimezone: true"),
        (FieldType::Decimal, Engine::Postgres) => plain("numeric"),
        (FieldType::Decimal, Engine::Mysql) => with("decimal", "precision: 38, scale: 12"),
        (FieldType::Bytes, _) => with("blob", "mode: \"buffer\""),
        (FieldType::Uuid, Engine::Postgres) => plain("uuid"),
        (FieldType::Uuid, Engine::Mysql) => with("char", "length: 36"),
        (FieldType::Date, Engine::Postgres | Engine::Mysql) => with("date", "mode: \"string\""),
        (FieldType::Time, Engine::Postgres) => plain("time"),
        (FieldType::Time, Engine::Mysql) => with("time", "fsp: 6"),
        (FieldType::Json | FieldType::StringList | FieldType::NumberList, Engine::Postgres) => {
            plain("jsonb") + items(column.field.field_type)
        }
        _ => plain("text"),
    }
}

/// What makes the id the key, and who makes it.
pub(super) fn key(model: &Model, engine: Engine) -> String {
    let made = match model.ids() {
        IdStrategy::Serial => match engine {
            Engine::Postgres => ".generatedByDefaultAsIdentity()",
            Engine::Mysql => ".autoincrement()",
            _ => return ".primaryKey({ autoIncrement: true })".to_owned(),
        },
        // Better Auth leaves UUIDs to PostgreSQL; the column has no default there.
        IdStrategy::UuidV4 | IdStrategy::UuidV7 => ".$defaultFn(() => crypto.randomUUID())",
        _ => "",
    };
    format!(".primaryKey(){made}")
}

pub(super) fn on_delete(action: OnDelete) -> &'static str {
    match action {
        OnDelete::Restrict => "restrict",
        OnDelete::SetNull => "set null",
        OnDelete::NoAction => "no action",
        _ => "cascade",
    }
}

fn id(name: &str, id_type: IdType, engine: Engine) -> String {
    match (id_type, engine) {
        (IdType::Integer, Engine::Sqlite) => format!("t.integer({name})"),
        (IdType::Integer, _) => format!("t.bigint({name}, {{ mode: \"number\" }})"),
        (IdType::Uuid, Engine::Postgres) => format!("t.uuid({name})"),
        (_, Engine::Mysql) => format!("t.varchar({name}, {{ length: 64 }})"),
        _ => format!("t.text({name})"),
    }
}

/// A text on MySQL, bounded as the DDL bounds it.
fn text(name: &str, sql_type: &str) -> String {
    let kind = sql_type.split(' ').next().unwrap_or_default();
    match kind.strip_prefix("varchar(").and_then(|rest| rest.strip_suffix(')')) {
        Some(length) => format!("t.varchar({name}, {{ length: {length} }})"),
        None if kind == "mediumtext" => format!("t.mediumtext({name})"),
        None => format!("t.text({name})"),
    }
}

fn items(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::StringList => ".$type<string[]>()",
        FieldType::NumberList => ".$type<number[]>()",
        _ => "",
    }
}

const ISO_TEXT: &str = r#"
/** An instant as text, UTC with milliseconds: it sorts as time does. */
const isoText = t.customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp_with_timezone_text",
  toDriver: (value) => value.toISOString(),
  fromDriver: (value) => new Date(value),
});
"#;

const JSON_TEXT: &str = r#"
/** JSON as text. A string is taken for JSON that is text already, as Better Auth's adapter hands it over. */
const jsonText = t.customType<{ data: unknown; driverData: string }>({
  dataType: () => "text",
  toDriver: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
  fromDriver: (value) => JSON.parse(value),
});
"#;

const JSON_COLUMN: &str = r#"
/** JSON. A string is taken for JSON that is text already, as Better Auth's adapter hands it over. */
const jsonText = t.customType<{ data: unknown; driverData: unknown }>({
  dataType: () => "json",
  toDriver: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
  // MariaDB gives text, MySQL what it means.
  fromDriver: (value) => (typeof value === "string" ? JSON.parse(value) : value),
});
"#;

const BYTEA: &str = r#"
const bytes = t.customType<{ data: Buffer }>({ dataType: () => "bytea" });
"#;

const LONG_BLOB: &str = r#"
const bytes = t.customType<{ data: Buffer }>({ dataType: () => "longblob" });
"#;
