//! What an engine can do. Code asks here and never for the engine's name.

/// Abilities of the engine behind an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// An `INSERT` can return the row.
    pub insert_returning: bool,
    /// A `DELETE` can return its rows: a value is consumed in one statement.
    pub delete_returning: bool,
    /// An `UPDATE` can return its rows.
    pub update_returning: bool,
    /// Locked rows can be passed over (`FOR UPDATE SKIP LOCKED`).
    pub skip_locked: bool,
    /// `LIKE` and `=` tell upper from lower case by themselves.
    pub case_sensitive: bool,
    /// A transaction that only this process can see (savepoints inside transactions) is real.
    pub transactions: bool,
    /// A transaction must announce at its beginning that it will write.
    pub single_writer: bool,
}
