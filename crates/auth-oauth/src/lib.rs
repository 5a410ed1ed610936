//! Sign-in with other services: [`OAuth2Provider`] for plain OAuth 2, [`OidcProvider`] for OpenID Connect, and presets for
//! [`google`], [`github`], [`apple`], [`microsoft`] and [`discord`].
//!
//! # Examples
//!
//! ```
//! use auth_core::domain::Secret;
//!
//! let google = auth_oauth::google("client-id", Secret::new("client-secret")).build()?;
//! let ours = auth_oauth::OidcProvider::builder("staff", "client-id")
//!     .client_secret(Secret::new("client-secret"))
//!     .discovery_url("https://login.example.org/.well-known/openid-configuration")
//!     .build()?;
//! # Ok::<(), auth_core::provider::ProviderError>(())
//! ```

mod builder;
mod client;
mod endpoint;
mod failure;
mod http;
mod oauth2_builder;
mod oauth2_provider;
mod oidc;
mod preset;
mod profile;

pub use builder::Builder;
pub use oauth2_builder::OAuth2Endpoints;
pub use oauth2_provider::OAuth2Provider;
pub use oidc::{OidcEndpoints, OidcProvider};
pub use preset::{AppleKey, apple, apple_with_key, discord, github, google, microsoft};
