//! One change as statements.

/// One change, as statements of an engine that are run one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does: `add column user.phoneNumber`.
    pub what: String,
    /// How to see whether it is still to be done.
    pub needed: Needed,
    /// The statements; an unfinished index goes in the first one.
    pub up: Vec<String>,
    /// The name of the unfinished index.
    pub unfinished: Option<String>,
    /// The statements that undo it; what rows hold in a column that goes is lost.
    pub down: Vec<String>,
    /// Whether it stands outside of any transaction: an index that is built, or rows that are looked at, while others write.
    pub concurrent: bool,
}

/// When a step is still to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needed {
    /// While there is no such table.
    Table(String),
    /// While the table has no such column.
    Column(String, String),
    /// While the table has no such index.
    Index(String, String),
    /// While the table has no such foreign key.
    ForeignKey(String, String),
    /// While the table still has such a column.
    Gone(String, String),
    /// Always: doing it twice does nothing.
    Always,
}
