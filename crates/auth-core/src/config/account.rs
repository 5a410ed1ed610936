//! Accounts at providers.

/// Accounts at providers: their tokens, and which account belongs to which user.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccountConfig {
    /// Encrypts access and refresh tokens in the database. Default false. A TypeScript application on the same rows must be
    /// set likewise. Rows that hold plain tokens are still read; [`crate::Services::encrypt_tokens`] encrypts them.
    pub encrypt_tokens: bool,
    /// Encrypts id tokens along with them. Default false: Better Auth does not, and would hand the encrypted text out.
    pub encrypt_id_tokens: bool,
    /// Every sign-in stores the provider's newest tokens. Default true.
    pub update_on_sign_in: bool,
    /// Which account belongs to which user.
    pub linking: AccountLinkingConfig,
}

/// When an account of a provider is linked to a user who is there already.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccountLinkingConfig {
    /// Whether accounts are linked at all. Default true.
    pub enabled: bool,
    /// Links only when a person who is signed in asks for it, never because addresses are equal. Default false.
    pub disable_implicit: bool,
    /// Links by equal addresses only when the user's own address is proven. Default true. Without it, somebody who signed up
    /// with a foreign address beforehand would share the account of its owner.
    pub require_local_email_verified: bool,
    /// Providers whose addresses are believed even when they do not say that these are proven. `email-password` may
    /// stand among them, as in Better Auth; a password vouches for no address. Default: none.
    pub trusted_providers: Vec<String>,
    /// A person who is signed in may link an account with another address. Default false.
    pub allow_different_emails: bool,
    /// The last account may be unlinked: the person then needs a password reset to sign in again. Default false.
    pub allow_unlinking_all: bool,
    /// Linking copies name, picture and mapped fields from the provider. Default false.
    pub update_user_info_on_link: bool,
}

impl Default for AccountConfig {
    fn default() -> Self {
        Self {
            encrypt_tokens: false,
            encrypt_id_tokens: false,
            update_on_sign_in: true,
            linking: AccountLinkingConfig::default(),
        }
    }
}

impl Default for AccountLinkingConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            disable_implicit: false,
            require_local_email_verified: true,
            trusted_providers: Vec::new(),
            allow_different_emails: false,
            allow_unlinking_all: false,
            update_user_info_on_link: false,
        }
    }
}
