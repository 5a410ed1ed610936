//! OpenID Connect: who the person is, stands in a signed id token.

mod builder;
mod discovery;
mod id_token;
mod keys;
mod provider;
mod signature;
mod turn;

pub use builder::OidcEndpoints;
pub use provider::OidcProvider;
