//! What is asked of users.

use time::OffsetDateTime;

/// A search for users.
///
/// ```
/// use auth_core::domain::UserSearch;
///
/// let mut search = UserSearch::new("ada exam");
/// search.verified = Some(true);
/// assert_eq!(search.limit, 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserSearch {
    /// Words of name and address, all of which must be there, each from its beginning where an index of words stands, else anywhere.
    /// Never a pattern. Empty: every user.
    pub text: String,
    /// Only users whose address is verified, or is not.
    pub verified: Option<bool>,
    /// Only users created at this instant or later.
    pub created_from: Option<OffsetDateTime>,
    /// Only users created before this instant.
    pub created_until: Option<OffsetDateTime>,
    /// At most so many users; default 20. More than [`UserSearch::MOST`] count as that.
    pub limit: u64,
}

impl UserSearch {
    /// The greatest limit: as many matches are ranked.
    pub const MOST: u64 = 1000;

    /// A search for words, without filters.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), verified: None, created_from: None, created_until: None, limit: 20 }
    }
}
