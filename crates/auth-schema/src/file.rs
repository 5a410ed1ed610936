//! The schema of an application as a file, `auth.toml`: names, additional fields, plugin tables and ids.
//!
//! What only code can say, functions that fill, check or change a value, has no place in a file: an application adds it
//! to the schema that it reads.

mod entry;
mod field;
mod section;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::entry::{ModelEntry, strategy};
use self::section::Section;
use crate::error::SchemaError;
use crate::model::{Model, Schema, same_name};
use crate::optional::audit_event;

impl Schema {
    /// Reads a schema from the text of an `auth.toml`.
    ///
    /// ```
    /// let schema = auth_schema::Schema::from_toml(
    ///     r#"
    ///     naming = "better-auth"
    ///
    ///     [models.user.fields.phone_number]
    ///     type = "string"
    ///     required = false
    ///     "#,
    /// )?;
    /// let user = schema.model(schema.find("user")?)?;
    /// assert_eq!(user.field(user.find("phone_number")?).map(|field| field.column.as_str()), Some("phoneNumber"));
    /// # Ok::<(), auth_schema::FileError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FileError::Syntax`] with the line; [`FileError::Value`] where a word is none of those that stand there;
    /// [`FileError::Schema`] where the parts do not fit each other.
    pub fn from_toml(text: &str) -> Result<Self, FileError> {
        parse(text)?.schema()
    }
}

/// Reads the settings from the text of an `auth.toml`: `database.pool_max`, with what stands there as text. Which keys there are
/// is known to whoever uses them.
///
/// # Errors
///
/// [`FileError::Syntax`] with the line.
pub fn settings(text: &str) -> Result<BTreeMap<String, String>, FileError> {
    let file = parse(text)?;
    let mut settings = BTreeMap::new();
    if let Some(preset) = file.preset {
        settings.insert("preset".to_owned(), preset);
    }
    let sections = [
        ("database", file.database),
        ("session", file.session),
        ("verification", file.verification),
        ("redis", file.redis),
        ("email_and_password", file.email_and_password),
        ("password", file.password),
        ("rate_limit", file.rate_limit),
        ("cookies", file.cookies),
        ("maintenance", file.maintenance),
        ("telemetry", file.telemetry),
    ];
    for (section, entries) in sections {
        let Section::Entries(entries) = entries;
        let entries = entries.into_iter().map(|(key, value)| (format!("{section}.{key}"), value.text()));
        settings.extend(entries);
    }
    Ok(settings)
}

fn parse(text: &str) -> Result<File, FileError> {
    toml::from_str(text).map_err(|mut error: toml::de::Error| {
        error.set_input(Some(&without_secrets(text)));
        FileError::Syntax(error)
    })
}

/// The text, to be shown: what may be a password or hold one is starred out.
fn without_secrets(text: &str) -> String {
    let shown = text.split('\n').map(|line| match SECRET.iter().filter_map(|word| line.find(word)).min() {
        Some(from) => format!("{}{}", &line[..from], "*".repeat(line.len() - from)),
        None => line.to_owned(),
    });
    shown.collect::<Vec<_>>().join("\n")
}

const SECRET: [&str; 4] = ["password", "url", "database", "://"];

/// What is wrong with an `auth.toml`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is no TOML, or a key or the type of a value is not known.
    #[error("the file cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value is none of those that may stand there.
    #[error("{place} = {found:?}: {expected}")]
    Value {
        /// The key: `models.user.fields.age.type`.
        place: String,
        /// The value that stands there.
        found: String,
        /// What may stand there.
        expected: String,
    },
    /// The parts do not fit each other.
    #[error("the file does not make a schema")]
    Schema(#[from] SchemaError),
}

impl FileError {
    fn value(place: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Value { place: place.into(), found: found.into(), expected: expected.into() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    naming: Naming,
    #[serde(default)]
    plural: bool,
    ids: Option<String>,
    #[serde(default)]
    audit_trail: bool,
    #[serde(default)]
    soft_delete: bool,
    #[serde(default)]
    models: BTreeMap<String, ModelEntry>,
    preset: Option<String>,
    #[serde(default)]
    database: Section,
    #[serde(default)]
    session: Section,
    #[serde(default)]
    verification: Section,
    #[serde(default)]
    redis: Section,
    #[serde(default)]
    email_and_password: Section,
    #[serde(default)]
    password: Section,
    #[serde(default)]
    rate_limit: Section,
    #[serde(default)]
    cookies: Section,
    #[serde(default)]
    maintenance: Section,
    #[serde(default)]
    telemetry: Section,
}

/// The names of the tables and columns that have no name of their own.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "kebab-case")]
enum Naming {
    #[default]
    Snake,
    BetterAuth,
    Drizzle,
}

impl File {
    fn schema(self) -> Result<Schema, FileError> {
        let mut builder = Schema::builder();
        let core = Schema::core();
        if self.soft_delete {
            builder = builder.soft_delete();
        }
        if self.audit_trail {
            builder = builder.audit_trail();
        }
        for (name, entry) in &self.models {
            let is_the_trail = self.audit_trail && same_name(name, audit_event::NAME);
            if core.find(name).is_err() && !is_the_trail {
                let table = self.naming.table(name);
                builder = builder.model(Model::new(name.clone(), table, Vec::new()));
            }
            for (field, entry) in &entry.fields {
                let place = format!("models.{name}.fields.{field}");
                builder = builder.field(name, entry.field(field, &place)?);
            }
        }
        builder = match self.naming {
            Naming::Snake => builder,
            Naming::BetterAuth => builder.better_auth_names(),
            Naming::Drizzle => builder.drizzle_names(),
        };
        if self.plural {
            builder = builder.plural();
        }
        if let Some(ids) = &self.ids {
            builder = builder.ids(strategy("ids", ids)?);
        }
        for (name, entry) in self.models {
            builder = entry.apply(&name, builder)?;
        }
        Ok(builder.build()?)
    }
}

impl Naming {
    fn table(self, model: &str) -> String {
        if self == Self::Snake { format!("auth_{model}s") } else { model.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldType, OnDelete};
    use crate::id::IdStrategy;
    use crate::rule::Fill;
    use crate::value::Value;

    #[test]
    fn settings_are_read_beside_the_schema() {
        let text = "naming = 'drizzle'\npreset = 'test'\n[database]\nhost = 'h'\npool_max = 3\n[cookies]\nsecure = true";
        let settings = settings(text).unwrap();
        let expected = [
            ("cookies.secure", "true"),
            ("database.host", "h"),
            ("database.pool_max", "3"),
            ("preset", "test"),
        ];
        assert_eq!(settings, expected.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
        assert_eq!(Schema::from_toml(text).unwrap(), Schema::from_toml("naming = 'drizzle'").unwrap());
        for text in [
            "database = 'postgres://u:hush@h'",
            "[database]\npassword = ['hush']",
            "[database]\npassword = 'hush",
            "[database]\nname = 'postgres://u:hush@h",
            "database = { url = 'postgres://u:hush@h' ]",
        ] {
            let error = super::settings(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
        }
        assert!(super::settings("[databaze]\nhost = 'h'").unwrap_err().to_string().contains("databaze"));
    }

    #[test]
    fn an_empty_file_is_the_core() {
        assert_eq!(Schema::from_toml("").unwrap(), Schema::core());
    }

    #[test]
    fn what_is_switched_on_is_in_the_schema() {
        let text = "naming = 'drizzle'\naudit_trail = true\nsoft_delete = true\n[models.audit_event]\nids = 'uuid_v7'";
        let schema = Schema::from_toml(text).unwrap();
        let trail = schema.model(schema.audit_trail().unwrap()).unwrap();
        assert_eq!((trail.table(), trail.ids()), ("audit_event", &IdStrategy::UuidV7));
        assert!(schema.deleted_at().is_some());
        let own = Schema::from_toml("audit_trail = true").unwrap();
        assert_eq!(own.model(own.audit_trail().unwrap()).unwrap().table(), "auth_events");
    }

    #[test]
    fn everything_that_differs_stands_in_the_file() {
        let schema = Schema::from_toml(
            r#"
            naming = "drizzle"
            plural = true
            ids = "uuid_v7"

            [models.user]
            table = "people"
            columns = { email = "email_address" }
            [models.user.fields.role]
            type = "string"
            default = "member"
            input = false

            [models.membership]
            ids = "serial"
            unique_together = [["team", "user_id"]]
            [models.membership.fields.team]
            type = "string"
            [models.membership.fields.user_id]
            type = "string"
            references = "user.id"
            on_delete = "set_null"
            required = false
            [models.membership.fields.since]
            type = "timestamp"
            default = "now"
            column = "member_since"
            "#,
        )
        .unwrap();
        let user = schema.model(crate::user::MODEL).unwrap();
        assert_eq!((user.table(), user.fields()[2].column.as_str()), ("people", "email_address"));
        let role = user.field(user.find("role").unwrap()).unwrap();
        assert_eq!(role.default, Some(Fill::Value(Value::from("member"))));
        assert!(!role.input);
        let session = schema.model(crate::session::MODEL).unwrap();
        assert_eq!((session.table(), session.ids()), ("sessions", &IdStrategy::UuidV7));
        assert_eq!(session.fields()[7].column, "user_id");
        let membership = schema.model(schema.find("membership").unwrap()).unwrap();
        assert_eq!((membership.table(), membership.ids()), ("memberships", &IdStrategy::Serial));
        let owner = membership.field(membership.find("user_id").unwrap()).unwrap();
        assert_eq!(owner.references.as_ref().unwrap().on_delete, OnDelete::SetNull);
        let since = membership.field(membership.find("since").unwrap()).unwrap();
        assert_eq!((since.column.as_str(), since.field_type), ("member_since", FieldType::Timestamp));
        assert_eq!(membership.unique_together().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            ("naming = 'camel'", "unknown variant `camel`"),
            ("name = 'x'", "unknown field `name`"),
            ("ids = 'numbers'", "ids = \"numbers\": must be random"),
            (
                "[models.user.fields.x]\ntype = 'number'",
                "models.user.fields.x.type = \"number\": must be one of string",
            ),
            ("[models.user.fields.x]\ntype = 'integer'\ndefault = 'one'", "models.user.fields.x.default"),
            (
                "[models.user.fields.x]\ntype = 'string'\nreferences = 'user'",
                "models.user.fields.x.references",
            ),
            ("[models.user.columns]\nmail = 'x'", "field \"mail\" is not in model \"user\""),
        ] {
            let error = Schema::from_toml(text).unwrap_err();
            let mut said = error.to_string();
            if let FileError::Schema(source) = &error {
                said = source.to_string();
            }
            assert!(said.contains(expected), "{said}");
        }
    }
}
