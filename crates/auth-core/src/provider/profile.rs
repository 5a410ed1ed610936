//! A person as a provider knows them.

use serde_json::{Map, Value};

/// A person at a provider.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The person's id at the provider: `sub` with OpenID Connect, else what the provider calls it. Never empty.
    pub account_id: String,
    /// The e-mail address, if it tells one.
    pub email: Option<String>,
    /// Whether the provider has proven that the address is the person's.
    pub email_verified: bool,
    /// The name; empty when it tells none.
    pub name: String,
    /// Address of a picture.
    pub image: Option<String>,
    /// Additional fields of the user that the provider's settings map, by the names of the schema.
    pub additional: Map<String, Value>,
    /// All that the provider tells, as it tells it.
    pub raw: Map<String, Value>,
}
