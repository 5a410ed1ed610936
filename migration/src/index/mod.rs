//! The catalogue of indexes as data: what each one covers, its form on each engine, and which query it serves.
//!
//! The migrations create those of the profile `core` from it, `auth index` those of the profile `extended`, and tests compare
//! it with the live schema and with the plans of the queries.

mod core;
mod extended;
mod form;
pub mod full_text;
mod kind;
mod render;

use sea_orm_migration::sea_orm::sea_query::{Index, IndexCreateStatement};

pub use self::core::core;
pub(crate) use self::core::{
    ACCOUNTS_PROVIDER_ID_ACCOUNT_ID, ACCOUNTS_USER_ID_PROVIDER_ID, RATE_LIMITS_KEY, RATE_LIMITS_LAST_REQUEST,
    SESSIONS_EXPIRES_AT, SESSIONS_TOKEN, SESSIONS_USER_ID_EXPIRES_AT, USERS_CREATED_AT_ID, USERS_EMAIL,
    VERIFICATIONS_EXPIRES_AT, VERIFICATIONS_IDENTIFIER_CREATED_AT,
};
pub use self::extended::extended;
pub use self::form::{Form, NoForm};
pub use self::kind::{Engine, Kind};
pub use self::render::{Placed, PlacedColumn};

/// One index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDefinition {
    /// The name in the database, unique across its tables.
    pub name: &'static str,
    /// The table it belongs to.
    pub table: &'static str,
    /// The columns of its key, leading one first; none where the operator names the column.
    pub columns: &'static [&'static str],
    /// Whether two rows with the same columns are refused.
    pub unique: bool,
    /// What is kept of the columns, and how.
    pub kind: Kind,
    /// Who creates it.
    pub profile: Profile,
    /// The query it serves; an index that serves none only costs every INSERT.
    pub serves: &'static str,
}

/// Who creates an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// The migrations: every installation has it, on every engine in the same form.
    Core,
    /// An operator who has the query that it serves, by name.
    Extended,
}

/// Lists every index, those of the profile `core` first.
pub fn catalogue() -> impl Iterator<Item = &'static IndexDefinition> {
    core().iter().chain(extended())
}

impl Profile {
    /// Its name: `core`, `extended`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Extended => "extended",
        }
    }
}

impl IndexDefinition {
    /// The name without that of the table: `email_key`.
    pub fn suffix(&self) -> &'static str {
        self.name.strip_prefix(self.table).map_or(self.name, |rest| rest.trim_start_matches('_'))
    }

    /// The columns of its key, and after them those that its kind needs besides.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().chain(self.kind.besides()).copied()
    }

    /// The statement that creates it. `IF NOT EXISTS` is not rendered for MySQL, which has none: ask first. Only for the kind
    /// that every engine has.
    pub fn create_statement(&self) -> IndexCreateStatement {
        let mut statement = Index::create();
        statement.name(self.name).table(self.table).if_not_exists();
        for column in self.columns {
            statement.col(*column);
        }
        if self.unique {
            statement.unique();
        }
        statement
    }
}
