//! Developer commands: `cargo xtask test [--all] [--private] [-- ARGUMENTS]`, `cargo xtask suites`, `cargo xtask client`,
//! `cargo xtask schemas`, `cargo xtask interop`, `cargo xtask browser`, `cargo xtask console`, `cargo xtask page [--check]`, `cargo xtask bench [NAME…]`,
//! `cargo xtask adopt`, `cargo xtask transfer`.

mod adopt;
mod auth_server;
mod bench;
mod browser;
mod chart;
mod cli_schema;
mod client;
mod command;
mod console;
mod database;
mod interop;
mod node;
mod page;
mod server;
mod suites;
mod test;
mod transfer;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds or starts the database servers and runs every test.
    Test(test::Options),
    /// Finds or starts the database servers and runs Better Auth's own adapter suites on them.
    Suites(suites::Options),
    /// Finds or starts the database servers and drives `auth-server` by Better Auth's own client on each.
    Client(client::Options),
    /// Finds or starts the database servers and runs Better Auth on the Drizzle and Prisma schemas of `auth generate schema`.
    Schemas(cli_schema::Options),
    /// Finds or starts the database servers and runs Better Auth itself and `auth-server` on the same rows.
    Interop(interop::Options),
    /// Drives the page of `auth-server` in a headless Chromium.
    Browser(browser::Options),
    /// Finds or starts the database servers and drives the page of `auth console` in a headless Chromium on each.
    Console(console::Options),
    /// Builds the page of `auth-server` anew from its sources.
    Page(page::Options),
    /// Finds or starts the database servers, runs benchmarks in optimised code and draws what they measured.
    Bench(bench::Options),
    /// Finds or starts the database servers and takes a large database over on each, killed half-way.
    Adopt(adopt::Options),
    /// Finds or starts the database servers and moves a large database between engines, killed half-way.
    Transfer(transfer::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Suites(options) => suites::run(&options),
        Command::Client(options) => client::run(&options),
        Command::Schemas(options) => cli_schema::run(&options),
        Command::Interop(options) => interop::run(&options),
        Command::Browser(options) => browser::run(&options),
        Command::Console(options) => console::run(&options),
        Command::Page(options) => page::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Adopt(options) => adopt::run(&options),
        Command::Transfer(options) => transfer::run(&options),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
