//! What goes over the wire beside sessions and users, which are [`auth_core::snapshot`]'s: Better Auth's names and order of keys.

use auth_core::domain::Account;
use auth_core::snapshot::iso;
use serde::Serialize;
use time::OffsetDateTime;

/// An account on the wire: no token and no hash.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountView<'a> {
    account_id: &'a str,
    provider_id: &'a str,
    user_id: &'a str,
    #[serde(serialize_with = "iso::serialize")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso::serialize")]
    updated_at: OffsetDateTime,
    id: &'a str,
    scopes: Vec<&'a str>,
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            account_id: &account.account_id,
            provider_id: &account.provider_id,
            user_id: account.user_id.as_str(),
            created_at: account.created_at,
            updated_at: account.updated_at,
            id: account.id.as_str(),
            scopes: scopes(account.scope.as_deref()),
        }
    }
}

/// Stored scopes one by one.
pub(crate) fn scopes(stored: Option<&str>) -> Vec<&str> {
    stored.unwrap_or_default().split(',').map(str::trim).filter(|scope| !scope.is_empty()).collect()
}
