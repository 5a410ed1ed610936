//! Who makes the ids of a model, and the type of their column.

use crate::rule::Generator;

/// How the ids of a model are made. Above the waist an id is text, whatever its column is.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum IdStrategy {
    /// 32 random characters of `a-z A-Z 0-9` (190 bits), as Better Auth makes them.
    #[default]
    Random,
    /// A random UUID (version 4, 122 bits).
    UuidV4,
    /// A UUID that begins with the time (version 7): new rows stand together in the index. It tells when the
    /// row was created.
    UuidV7,
    /// The database counts: 1, 2, 3 … Numbers are never used twice. They tell how many rows there are.
    Serial,
    /// 21 random characters of `A-Z a-z 0-9 _ -` (126 bits).
    NanoId,
    /// 24 characters of `a-z 0-9` that begin with a letter (123 bits): the form of CUID2.
    Cuid2,
    /// A prefix and 24 random characters: `usr_…`. Whoever reads the id sees what it is of.
    Prefixed(String),
    /// A function of the application; it must not repeat itself.
    Custom(Generator),
    /// The column's default makes the id. MySQL can give it back for [`IdType::Integer`] only.
    Database(IdType),
}

/// What the column of an id holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum IdType {
    /// Text.
    #[default]
    Text,
    /// A UUID; text where the engine has no such type.
    Uuid,
    /// A whole number of 64 bits.
    Integer,
}

impl IdStrategy {
    /// What a column holds that is made for these ids. An existing column may be of another type.
    pub fn id_type(&self) -> IdType {
        match self {
            Self::UuidV4 | Self::UuidV7 => IdType::Uuid,
            Self::Serial => IdType::Integer,
            Self::Database(id_type) => *id_type,
            _ => IdType::Text,
        }
    }

    /// Whether the database makes the id.
    pub fn is_made_by_the_database(&self) -> bool {
        matches!(self, Self::Serial | Self::Database(_))
    }
}
