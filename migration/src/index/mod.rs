//! The catalogue of indexes as data: what each one covers and which query it serves.
//!
//! The migrations create indexes from it, and tests compare it with the live schema.

mod core;
pub mod full_text;

use sea_orm_migration::sea_orm::sea_query::{Index, IndexCreateStatement};

pub use self::core::core;
pub(crate) use self::core::{
    ACCOUNTS_PROVIDER_ID_ACCOUNT_ID, ACCOUNTS_USER_ID_PROVIDER_ID, RATE_LIMITS_KEY, RATE_LIMITS_LAST_REQUEST,
    SESSIONS_EXPIRES_AT, SESSIONS_TOKEN, SESSIONS_USER_ID_EXPIRES_AT, USERS_CREATED_AT_ID, USERS_EMAIL,
    VERIFICATIONS_EXPIRES_AT, VERIFICATIONS_IDENTIFIER_CREATED_AT,
};

/// One index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDefinition {
    /// The name in the database, unique across its tables.
    pub name: &'static str,
    /// The table it belongs to.
    pub table: &'static str,
    /// The columns, leading one first.
    pub columns: &'static [&'static str],
    /// Whether two rows with the same columns are refused.
    pub unique: bool,
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
}

impl IndexDefinition {
    /// The statement that creates it. `IF NOT EXISTS` is not rendered for MySQL, which has none: ask first.
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
