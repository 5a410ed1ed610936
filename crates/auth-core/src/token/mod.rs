//! Tokens that carry their own proof.

pub(crate) mod email;
mod jwt;
pub(crate) mod session_cache;
pub mod signed;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What JavaScript's `encodeURIComponent` encodes, in the cookies and links that carry tokens.
pub const URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
