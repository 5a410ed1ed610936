//! The `auth` command: development tools for an application on this library.
//!
//! [`command`] reads arguments and prints; the work is done in libraries beside it, which tests call:
//! [`generate`] writes SeaORM entities from the data dictionary, [`adapter_serve`] is the storage of a program in
//! another language, [`migrate`] adds what a database lacks, [`index`] creates indexes beyond that by name,
//! [`adopt`] takes one of Better Auth over whose rows stand in the way, [`transfer`] moves rows from any engine to any other,
//! [`backup`] makes backups and restores them to compare, [`doctor`] tells how a database is, [`maintain`] does what is to be done
//! for it from time to time, [`console`] is a page for operators on this machine.

pub mod adapter_serve;
pub mod adopt;
pub mod backup;
pub mod command;
pub mod console;
pub mod discover;
pub mod doctor;
pub mod generate;
pub mod index;
pub mod maintain;
pub mod migrate;
pub mod transfer;
mod view;
