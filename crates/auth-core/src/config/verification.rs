//! Values to be presented once.

/// How verifications are stored.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct VerificationConfig {
    /// How identifiers are stored; they hold the tokens of links. Default plain, as in Better Auth. A TypeScript application
    /// on the same rows must be set likewise.
    pub identifiers: IdentifierStorage,
    /// With a secondary storage: verifications stand in the database too, which alone decides who takes one. Default false, as in
    /// Better Auth: they stand in the storage alone. Without a storage: always true.
    pub store_in_database: bool,
}

/// How an identifier is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IdentifierStorage {
    /// As it is: whoever reads the database can use the links that are on their way.
    #[default]
    Plain,
    /// As its SHA-256. Rows with plain identifiers are still found.
    Hashed,
}
