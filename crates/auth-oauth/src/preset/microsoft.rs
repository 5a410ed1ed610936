//! Microsoft Entra ID.

use auth_core::domain::Secret;
use auth_core::provider::Profile;
use serde_json::Value;

use crate::profile::is_true;
use crate::{Builder, OidcEndpoints, OidcProvider};

/// Microsoft: accounts of one tenant (its id, a UUID), or of `common`, `organizations` or `consumers`. The account's id is
/// `oid`. A token's issuer is the tenant that the token itself names.
pub fn microsoft(
    tenant: &str,
    client_id: impl Into<String>,
    client_secret: Secret,
) -> Builder<OidcEndpoints> {
    let issuing = match tenant {
        "common" | "organizations" => "{tenantid}",
        "consumers" => CONSUMERS,
        tenant => tenant,
    };
    let builder = OidcProvider::builder("microsoft", client_id)
        .client_secret(client_secret)
        .discovery_url(format!("{AUTHORITY}/{tenant}/v2.0/.well-known/openid-configuration"))
        .issuer(format!("{AUTHORITY}/{issuing}/v2.0"))
        .max_id_token_age(time::Duration::HOUR)
        .scopes(["openid", "profile", "email", "User.Read", "offline_access"])
        .without_userinfo()
        .account_id_claim("oid")
        .map_profile(|profile: &mut Profile| {
            profile.email_verified = is_verified(profile);
            Ok(())
        });
    if tenant == "organizations" { builder.refuse_tenant(CONSUMERS) } else { builder }
}

/// Without the flag, the lists of verified addresses decide; they are there when the application's registration asks for
/// them.
fn is_verified(profile: &Profile) -> bool {
    if let Some(flag) = profile.raw.get("email_verified") {
        return is_true(Some(flag));
    }
    let Some(email) = &profile.email else { return false };
    let listed = |claim: &str| {
        profile
            .raw
            .get(claim)
            .and_then(Value::as_array)
            .is_some_and(|list| list.iter().any(|entry| entry == email))
    };
    listed("verified_primary_email") || listed("verified_secondary_email")
}

const AUTHORITY: &str = "https://login.microsoftonline.com";
/// The tenant of all personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
