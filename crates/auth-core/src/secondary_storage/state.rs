//! Whether a store is to be trusted.

/// Whether the store beside the database is asked and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageState {
    /// What it missed while no process ran has not been made good yet.
    Starting,
    /// It is believed and told.
    Trusted,
    /// It answers again and is told, and not believed until it has heard all of what it missed.
    CatchingUp,
    /// It did not answer, and is not asked.
    Lost,
}

impl StorageState {
    pub(crate) const ALL: [Self; 4] = [Self::Starting, Self::Trusted, Self::CatchingUp, Self::Lost];

    /// In a word: `catching_up`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Trusted => "trusted",
            Self::CatchingUp => "catching_up",
            Self::Lost => "lost",
        }
    }
}
