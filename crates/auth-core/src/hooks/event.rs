//! What happens to a row, and when a hook runs.

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It is created.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before the statement.
    Before,
    /// After the statement, in its transaction.
    In,
    /// After the commit.
    After,
}

/// An operation and a phase of it.
pub type Event = (Operation, Phase);

/// What a hook decides before something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// It may be written, as the hook has left it.
    Proceed,
    /// Nothing is written: neither this row nor any other of the same operation.
    Veto,
}

impl Operation {
    /// The verb, for errors and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

pub(super) const EVERY_EVENT: &[Event] = &[
    (Operation::Create, Phase::Before),
    (Operation::Create, Phase::In),
    (Operation::Create, Phase::After),
    (Operation::Update, Phase::Before),
    (Operation::Update, Phase::In),
    (Operation::Update, Phase::After),
    (Operation::Delete, Phase::Before),
    (Operation::Delete, Phase::In),
    (Operation::Delete, Phase::After),
];
