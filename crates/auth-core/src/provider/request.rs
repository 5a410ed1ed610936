//! What is asked of a provider.

use url::Url;

use crate::domain::Secret;

/// A browser that is to be sent to a provider.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizationRequest<'a> {
    /// Comes back with the code.
    pub state: &'a str,
    /// The secret whose SHA-256 is the PKCE challenge (method `S256`).
    pub code_verifier: &'a Secret,
    /// Where the provider sends the browser back to.
    pub redirect_uri: &'a Url,
    /// Asked for besides the provider's own scopes.
    pub scopes: &'a [String],
    /// Comes back in the id token.
    pub nonce: Option<&'a str>,
    /// Who is expected to sign in.
    pub login_hint: Option<&'a str>,
    /// More parameters of the address. Those that the protocol owns (`state`, `client_id`, `redirect_uri`, `response_type`,
    /// `code_challenge`, `code_challenge_method`, `nonce`, `scope`) are left out.
    pub additional_params: &'a [(String, String)],
}

/// Parameters of a provider's address that the library writes itself.
pub const PROTOCOL_PARAMETERS: [&str; 8] = [
    "state",
    "client_id",
    "redirect_uri",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "scope",
];

/// Parameters that change what is asked for, or how it is answered: an application may configure them, a client may not set
/// them; nor those of [`PROTOCOL_PARAMETERS`].
pub const RESERVED_PARAMETERS: [&str; 5] =
    ["response_mode", "request", "request_uri", "registration", "client_secret"];

/// A code that came back.
#[derive(Debug, Clone, Copy)]
pub struct CodeExchange<'a> {
    /// The code.
    pub code: &'a Secret,
    /// The secret of the PKCE challenge.
    pub code_verifier: &'a Secret,
    /// Where the provider sent the browser back to.
    pub redirect_uri: &'a Url,
    /// What came as `device_id` beside it.
    pub device_id: Option<&'a str>,
}

/// What is decided about the people of a provider. All false by default.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProviderSettings {
    /// Nobody becomes a user by this provider; known people sign in.
    pub disable_sign_up: bool,
    /// Becoming a user needs `requestSignUp` of the client.
    pub disable_implicit_sign_up: bool,
    /// Every sign-in copies name, picture, address and mapped fields from the provider.
    pub override_user_info_on_sign_in: bool,
    /// Nobody gets a session before the address is verified.
    pub require_email_verification: bool,
}
