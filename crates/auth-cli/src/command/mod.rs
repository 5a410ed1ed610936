//! The commands: their arguments, what they print and the status they exit with.

mod adapter_serve;
mod adopt;
mod ask;
mod backup;
mod cleanup;
mod completions;
mod console;
mod context;
mod doctor;
mod engine;
mod event;
mod export;
mod generate;
mod import;
mod index;
mod maintain;
mod migrate;
mod ping;
mod secret;
mod services;
mod session;
mod status;
mod text;
mod usage;
mod user;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::context::Context;

/// Tools for an authentication database.
#[derive(Debug, Parser)]
#[command(name = "auth", version)]
pub struct Auth {
    #[command(flatten)]
    context: Context,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate code from the data dictionary.
    Generate(generate::Generate),
    /// Add what the database lacks of the configuration; nothing is dropped.
    Migrate(migrate::Migrate),
    /// Tell what stands in the database and what is pending.
    Status(status::Status),
    /// Hold the database against the configuration; exits with 1 when it does not fit.
    Validate(validate::Validate),
    /// List, plan, create and drop the indexes of the catalogue.
    Index(index::Index),
    /// Take an existing Better Auth database over: find what stands in the way of unique indexes, apply what is decided.
    Adopt(adopt::Adopt),
    /// Back the database up, restore the backup into a new database and compare.
    Backup(backup::BackUp),
    /// Write all rows to a file that belongs to no engine.
    Export(export::ExportRows),
    /// Read a file of `auth export` into the database.
    Import(import::ImportRows),
    /// Ask the database whether it answers.
    Ping(ping::Ping),
    /// List, show, create and delete users.
    User(user::User),
    /// List and revoke sessions.
    Session(session::Session),
    /// List the events of the audit trail.
    Event(event::Event),
    /// Delete sessions, verifications and counters of requests that have expired, in batches; on request more.
    Cleanup(cleanup::Cleanup),
    /// Examine the database: settings, schema, indexes, tables, statements, rights; nothing is changed.
    Doctor(doctor::Doctor),
    /// Delete what has expired, mend indexes, update statistics; without --apply tell what would be done.
    Maintain(maintain::Maintain),
    /// Serve a page on this machine: users, sessions, how the database is.
    Console(console::Console),
    /// Make a secret to sign cookies with.
    Secret(secret::NewSecret),
    /// Write the completions of a shell.
    Completions(completions::Completions),
    /// Serve a database to a program that speaks the adapter protocol, one JSON object a line.
    AdapterServe(adapter_serve::AdapterServe),
}

impl Auth {
    /// Runs the command. It exits with 1 when the command failed or a check did not hold, with 2 when the arguments do not
    /// make a command; `doctor` exits with 3 to 5 when it found something.
    pub fn run(self) -> ExitCode {
        let context = self.context;
        let result = match self.command {
            Command::Generate(generate) => generate.run(&context),
            Command::Migrate(migrate) => migrate.run(&context),
            Command::Status(status) => status.run(&context),
            Command::Validate(validate) => validate.run(&context),
            Command::Index(index) => index.run(&context),
            Command::Adopt(adopt) => adopt.run(&context),
            Command::Backup(backup) => backup.run(&context),
            Command::Export(export) => export.run(&context),
            Command::Import(import) => import.run(&context),
            Command::Ping(ping) => ping.run(&context),
            Command::User(user) => user.run(&context),
            Command::Session(session) => session.run(&context),
            Command::Event(event) => event.run(&context),
            Command::Cleanup(cleanup) => cleanup.run(&context),
            Command::Doctor(doctor) => doctor.run(&context),
            Command::Maintain(maintain) => maintain.run(&context),
            Command::Console(console) => console.run(&context),
            Command::Secret(secret) => secret.run(&context),
            Command::Completions(completions) => completions.run(&context),
            Command::AdapterServe(serve) => serve.run(),
        };
        result.unwrap_or_else(|error| {
            context.report(error.as_ref());
            if usage::is_usage(error.as_ref()) { ExitCode::from(2) } else { ExitCode::FAILURE }
        })
    }
}
