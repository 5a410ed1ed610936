//! Why code could not be generated.

use std::io;
use std::path::PathBuf;

use auth_schema::SchemaError;

/// Why code could not be generated, compared or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The dictionary contradicts itself.
    #[error("the data dictionary is not consistent")]
    Schema(#[from] SchemaError),
    /// No Rust name can be made of the name of a table or column.
    #[error("{name:?} cannot become a Rust name: rename it so that its first letter or digit is a letter")]
    Name {
        /// The table or column.
        name: String,
    },
    /// A name cannot stand in the language of a generated file.
    #[error("{name:?} cannot be a name in {language}: rename the model or field to a word that is free")]
    ForeignName {
        /// `TypeScript` or `Prisma`.
        language: &'static str,
        /// The name.
        name: String,
    },
    /// The entity generator refused the tables.
    #[error("the tables cannot become entities")]
    Transform(#[source] sea_orm_codegen::Error),
    /// The entity generator wrote something that is not Rust.
    #[error(
        "the entity generator wrote {file} with a syntax error: the dictionary has a name it cannot handle"
    )]
    Syntax {
        /// The file.
        file: String,
        /// Where and what.
        source: syn::Error,
    },
    /// A file or directory could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file or directory could not be written.
    #[error("cannot write {}: check that the directory exists and may be written", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
