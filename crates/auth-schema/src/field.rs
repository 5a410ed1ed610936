//! A field of a model: its name, its type and its rules.

use crate::rule::{Fill, Transform, Validator};

/// One field of a model. A field is required, may be written by clients and is returned unless said
/// otherwise, as in Better Auth.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Logical name, `snake_case`; unique in its model.
    pub name: String,
    /// Column in the database.
    pub column: String,
    /// What the field holds.
    pub field_type: FieldType,
    /// `NOT NULL`.
    pub required: bool,
    /// No two rows have the same value; an index enforces it.
    pub unique: bool,
    /// An index serves lookups by this field.
    pub index: bool,
    /// Rows are ordered by this field; on MySQL a text column is then a bounded `VARCHAR`.
    pub sortable: bool,
    /// The text may grow beyond 64 KiB, such as a provider's token; on MySQL it is then a `MEDIUMTEXT`.
    pub long: bool,
    /// The field of another model that this field points to.
    pub references: Option<Reference>,
    /// Whether a client may set the field.
    pub input: bool,
    /// Whether the field leaves the service layer.
    pub returned: bool,
    /// What fills the field when a row is created without it, or with null although it is required.
    pub default: Option<Fill>,
    /// What fills the field when a row is changed without it.
    pub on_update: Option<Fill>,
    /// Checks what clients send. What the application itself writes is not checked.
    pub validator: Option<Validator>,
    /// Changes the value on its way into the database.
    pub transform_input: Option<Transform>,
    /// Changes the value on its way out of the database.
    pub transform_output: Option<Transform>,
}

/// What a field holds, independent of any engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// UTF-8 text.
    String,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    BigInteger,
    /// A number with a fraction (IEEE 754 double).
    Float,
    /// True or false.
    Boolean,
    /// An instant, UTC, whole milliseconds. Better Auth calls it `date`.
    Timestamp,
    /// An exact decimal number.
    Decimal,
    /// Raw bytes.
    Bytes,
    /// A UUID that is not an id.
    Uuid,
    /// A calendar day.
    Date,
    /// A time of day.
    Time,
    /// Any JSON value.
    Json,
    /// A list of texts.
    StringList,
    /// A list of numbers.
    NumberList,
}

impl FieldType {
    /// Every type with its name, as `auth.toml` says it.
    pub const NAMES: [(&'static str, Self); 14] = [
        ("string", Self::String),
        ("integer", Self::Integer),
        ("big_integer", Self::BigInteger),
        ("float", Self::Float),
        ("boolean", Self::Boolean),
        ("timestamp", Self::Timestamp),
        ("decimal", Self::Decimal),
        ("bytes", Self::Bytes),
        ("uuid", Self::Uuid),
        ("date", Self::Date),
        ("time", Self::Time),
        ("json", Self::Json),
        ("string_list", Self::StringList),
        ("number_list", Self::NumberList),
    ];

    /// The type of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(other, _)| *other == name).map(|(_, field_type)| *field_type)
    }

    /// The name of the type.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, other)| *other == self).map_or("unknown", |(name, _)| name)
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Logical name of the model that is pointed to.
    pub model: String,
    /// Logical name of its field.
    pub field: String,
    /// What becomes of this row when the other goes.
    pub on_delete: OnDelete,
}

/// What a foreign key does when the row it points to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnDelete {
    /// The row goes too. Better Auth's default.
    #[default]
    Cascade,
    /// The deletion is refused.
    Restrict,
    /// The field becomes null.
    SetNull,
    /// The engine's default: refused at the end of the statement or transaction.
    NoAction,
}

impl Field {
    /// Declares a required field whose column has the same name.
    pub fn new(name: impl Into<String>, field_type: FieldType) -> Self {
        let name = name.into();
        Self {
            column: name.clone(),
            name,
            field_type,
            required: true,
            unique: false,
            index: false,
            sortable: false,
            long: false,
            references: None,
            input: true,
            returned: true,
            default: None,
            on_update: None,
            validator: None,
            transform_input: None,
            transform_output: None,
        }
    }

    /// Names the column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = column.into();
        self
    }

    /// Lets the field be null.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Makes values unique.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Asks for an index.
    #[must_use]
    pub fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// Says that rows are ordered by this field.
    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Says that the text may grow beyond 64 KiB.
    #[must_use]
    pub fn long(mut self) -> Self {
        self.long = true;
        self
    }

    /// Points to a field of another model; the row goes with the one it points to.
    #[must_use]
    pub fn references(mut self, model: impl Into<String>, field: impl Into<String>) -> Self {
        self.references =
            Some(Reference { model: model.into(), field: field.into(), on_delete: OnDelete::Cascade });
        self
    }

    /// Says what becomes of the row when the one that it points to goes. Without a reference it says nothing.
    #[must_use]
    pub fn on_delete(mut self, on_delete: OnDelete) -> Self {
        if let Some(reference) = &mut self.references {
            reference.on_delete = on_delete;
        }
        self
    }

    /// Fills the field when a row is created without it.
    #[must_use]
    pub fn default(mut self, fill: impl Into<Fill>) -> Self {
        self.default = Some(fill.into());
        self
    }

    /// Fills the field when a row is changed without it.
    #[must_use]
    pub fn on_update(mut self, fill: impl Into<Fill>) -> Self {
        self.on_update = Some(fill.into());
        self
    }

    /// Checks what clients send.
    #[must_use]
    pub fn validator(mut self, validator: Validator) -> Self {
        self.validator = Some(validator);
        self
    }

    /// Changes the value on its way into the database.
    #[must_use]
    pub fn transform_input(mut self, transform: Transform) -> Self {
        self.transform_input = Some(transform);
        self
    }

    /// Changes the value on its way out of the database.
    #[must_use]
    pub fn transform_output(mut self, transform: Transform) -> Self {
        self.transform_output = Some(transform);
        self
    }

    /// Whether the field holds an id: it is one, or points to one.
    pub(crate) fn points_to_an_id(&self) -> bool {
        self.references.as_ref().is_some_and(|reference| reference.field == "id")
    }

    /// Refuses the field from clients.
    #[must_use]
    pub fn no_input(mut self) -> Self {
        self.input = false;
        self
    }

    /// Keeps the field inside the service layer.
    #[must_use]
    pub fn not_returned(mut self) -> Self {
        self.returned = false;
        self
    }
}
