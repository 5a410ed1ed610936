//! Moves a database: writes all rows to a file that belongs to no engine, and reads such a file into any engine.
//! `docs/transfer.md` is the description of the file and of what is promised.
//!
//! [`Export`] reads one snapshot, [`Import`] looks at the whole file before it writes and reads the target afterwards,
//! [`LocoUsers`] reads the users of a Loco application as rows of ours. [`Totals`] tell whether two databases hold the same rows.

mod batch;
mod checksum;
mod error;
mod export;
mod form;
mod import;
mod layout;
mod line;
mod loco;
mod look;
mod page;
mod part_file;
mod redact;
mod report;

pub(crate) use checksum::hexadecimal;
pub use checksum::{Total, Totals};
pub use error::TransferError;
pub(crate) use export::totals_of;
pub use export::{Export, totals};
pub use import::Import;
pub use loco::{LocoIds, LocoUsers};
pub use part_file::PartFile;
pub use report::{Exported, Imported, ModelReport};
