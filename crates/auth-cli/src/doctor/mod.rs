//! How a database is: what it tells of itself, and what of that is worth doing something about.
//!
//! [`examine`] gathers a [`Report`]; nothing is changed. The facts come from `auth_core::adapter::seaorm::diagnosis`, the schema's from
//! the live catalogue; `judge` makes findings of them and asks nobody. [`html`] draws a report as one page.

mod bytes;
mod code;
mod finding;
mod gather;
pub mod html;
mod judge;
mod memory;
mod report;

pub use bytes::bytes;
pub use code::{CODES, Code};
pub use finding::{Finding, Severity, Then};
pub use gather::{DoctorError, Examination, examine};
pub use memory::Memory;
pub use report::{Expired, Pool, Report};
