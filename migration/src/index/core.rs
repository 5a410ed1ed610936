//! Profile `core`: the indexes that the migrations create.
//!
//! Released entries never change: a migration of the past made them. A new index gets a new entry and a new migration.

use super::{IndexDefinition, Kind, Profile};

/// Lists the indexes that every installation has, in the order of their tables.
pub fn core() -> &'static [IndexDefinition] {
    &CORE
}

static CORE: [IndexDefinition; 11] = [
    USERS_EMAIL,
    USERS_CREATED_AT_ID,
    SESSIONS_TOKEN,
    SESSIONS_USER_ID_EXPIRES_AT,
    SESSIONS_EXPIRES_AT,
    ACCOUNTS_PROVIDER_ID_ACCOUNT_ID,
    ACCOUNTS_USER_ID_PROVIDER_ID,
    VERIFICATIONS_IDENTIFIER_CREATED_AT,
    VERIFICATIONS_EXPIRES_AT,
    RATE_LIMITS_KEY,
    RATE_LIMITS_LAST_REQUEST,
];

pub(crate) const USERS_EMAIL: IndexDefinition = IndexDefinition {
    name: "auth_users_email_key",
    table: "auth_users",
    columns: &["email"],
    unique: true,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "find a user by e-mail; of two sign-ups with one e-mail the second is refused",
};

pub(crate) const USERS_CREATED_AT_ID: IndexDefinition = IndexDefinition {
    name: "auth_users_created_at_id_idx",
    table: "auth_users",
    columns: &["created_at", "id"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "list users newest first, with a cursor",
};

pub(crate) const SESSIONS_TOKEN: IndexDefinition = IndexDefinition {
    name: "auth_sessions_token_key",
    table: "auth_sessions",
    columns: &["token"],
    unique: true,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "validate a session",
};

pub(crate) const SESSIONS_USER_ID_EXPIRES_AT: IndexDefinition = IndexDefinition {
    name: "auth_sessions_user_id_expires_at_idx",
    table: "auth_sessions",
    columns: &["user_id", "expires_at"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "active sessions of a user, revoke them all, the foreign key's cascade",
};

pub(crate) const SESSIONS_EXPIRES_AT: IndexDefinition = IndexDefinition {
    name: "auth_sessions_expires_at_idx",
    table: "auth_sessions",
    columns: &["expires_at"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "delete expired sessions in batches, oldest first",
};

pub(crate) const ACCOUNTS_PROVIDER_ID_ACCOUNT_ID: IndexDefinition = IndexDefinition {
    name: "auth_accounts_provider_id_account_id_key",
    table: "auth_accounts",
    columns: &["provider_id", "account_id"],
    unique: true,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "sign in by a provider's account; of two links of one account the second is refused",
};

pub(crate) const ACCOUNTS_USER_ID_PROVIDER_ID: IndexDefinition = IndexDefinition {
    name: "auth_accounts_user_id_provider_id_idx",
    table: "auth_accounts",
    columns: &["user_id", "provider_id"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "a user's credential account, list a user's accounts, the foreign key's cascade",
};

pub(crate) const VERIFICATIONS_IDENTIFIER_CREATED_AT: IndexDefinition = IndexDefinition {
    name: "auth_verifications_identifier_created_at_idx",
    table: "auth_verifications",
    columns: &["identifier", "created_at"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "the newest value of an identifier",
};

pub(crate) const VERIFICATIONS_EXPIRES_AT: IndexDefinition = IndexDefinition {
    name: "auth_verifications_expires_at_idx",
    table: "auth_verifications",
    columns: &["expires_at"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "delete expired verifications in batches, oldest first",
};

pub(crate) const RATE_LIMITS_KEY: IndexDefinition = IndexDefinition {
    name: "auth_rate_limits_key_key",
    table: "auth_rate_limits",
    columns: &["key"],
    unique: true,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "count a request; of two first requests the second is refused and counts up",
};

pub(crate) const RATE_LIMITS_LAST_REQUEST: IndexDefinition = IndexDefinition {
    name: "auth_rate_limits_last_request_idx",
    table: "auth_rate_limits",
    columns: &["last_request"],
    unique: false,
    kind: Kind::Columns,
    profile: Profile::Core,
    serves: "delete counters that nothing used for long, oldest first",
};
