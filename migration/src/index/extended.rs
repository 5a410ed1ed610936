//! Profile `extended`: the indexes that an operator makes by name, for queries of the application's own.

use super::{IndexDefinition, Kind, Profile};

/// Lists them, each kind once or more, in the order of their kinds.
pub fn extended() -> &'static [IndexDefinition] {
    &EXTENDED
}

static EXTENDED: [IndexDefinition; 20] = [
    index("auth_users_lower_email_idx", USERS, &["email"], Kind::Lower)
        .serves("find a user by lower(email), where others store addresses in upper and lower case"),
    index("auth_users_verified_email_idx", USERS, &["email"], Kind::Where { holds: VERIFIED })
        .serves("verified users by e-mail, where few are verified"),
    index("auth_users_verified_lower_email_idx", USERS, &["email"], Kind::LowerWhere { holds: VERIFIED })
        .serves("verified users by lower(email)"),
    index("auth_sessions_active_idx", SESSIONS, &["user_id", "expires_at"], Kind::WhereActive)
        .serves("active sessions of a user, asked for as WHERE expires_at > now()"),
    index(
        "auth_sessions_user_id_created_at_covering_idx",
        SESSIONS,
        &["user_id", "created_at"],
        Kind::Covering { with: &["expires_at"] },
    )
    .serves("when a user's sessions began and end, newest first, without reading the rows"),
    index("auth_users_email_hash_idx", USERS, &["email"], Kind::Hash)
        .serves("find a user by e-mail, by equality alone"),
    index("auth_sessions_created_at_brin_idx", SESSIONS, &["created_at"], Kind::Brin)
        .serves("sessions of a period, for statistics over a large table"),
    index("auth_users_json_idx", USERS, &[], Kind::Json)
        .serves("users by what a JSON field of theirs contains"),
    index("auth_users_search_idx", USERS, &["name", "email"], Kind::FullText { id: &["id"] })
        .serves("search users by words of their name and e-mail"),
    index("auth_sessions_user_agent_prefix_idx", SESSIONS, &["user_agent"], Kind::Prefix { length: 50 })
        .serves("sessions of a browser, by how its user agent begins"),
    columns("auth_users_role_created_at_idx", USERS, &["role", "created_at"])
        .serves("users of a role, newest first"),
    columns("auth_users_status_updated_at_idx", USERS, &["status", "updated_at"])
        .serves("users in a state, by their last change"),
    columns("auth_users_email_verified_created_at_idx", USERS, &["email_verified", "created_at"])
        .serves("users who have not verified their e-mail, oldest first"),
    columns("auth_users_updated_at_idx", USERS, &["updated_at"])
        .serves("users changed since an instant; no query of this library asks it"),
    columns("auth_users_email_idx", USERS, &["email"])
        .serves("nothing beside auth_users_email_key; for a database that has not that one"),
    columns("auth_accounts_provider_id_idx", ACCOUNTS, &["provider_id"])
        .serves("nothing beside auth_accounts_provider_id_account_id_key, which begins with it"),
    columns("auth_accounts_account_id_idx", ACCOUNTS, &["account_id"])
        .serves("accounts by the provider's id alone; no query of this library asks it"),
    columns("auth_verifications_token_idx", VERIFICATIONS, &["token"])
        .serves("verifications by a field token of the application's own"),
    columns("auth_verifications_user_id_idx", VERIFICATIONS, &["user_id"])
        .serves("verifications by a field user_id of the application's own"),
    columns("auth_rate_limits_expires_at_idx", "auth_rate_limits", &["expires_at"])
        .serves("counters by a field expires_at of the application's own"),
];

const fn columns(
    name: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
) -> IndexDefinition {
    index(name, table, columns, Kind::Columns)
}

const fn index(
    name: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
    kind: Kind,
) -> IndexDefinition {
    IndexDefinition { name, table, columns, unique: false, kind, profile: Profile::Extended, serves: "" }
}

impl IndexDefinition {
    const fn serves(mut self, query: &'static str) -> Self {
        self.serves = query;
        self
    }
}

const USERS: &str = "auth_users";
const SESSIONS: &str = "auth_sessions";
const ACCOUNTS: &str = "auth_accounts";
const VERIFICATIONS: &str = "auth_verifications";
const VERIFIED: &[&str; 1] = &["email_verified"];
