//! Databases for programs that are tested from outside.

use crate::server::{Server, Servers};

/// A database of a run. Dropping it drops it on its server.
#[derive(Debug)]
pub(crate) struct Database<'a> {
    /// The engine: `sqlite`.
    pub(crate) name: &'static str,
    /// How to reach it.
    pub(crate) url: String,
    server: Option<&'a Server>,
}

/// Creates a database on each engine that is asked for and there. `memory` and `sqlite` are in the process that opens them.
pub(crate) fn create<'a>(
    servers: &'a Servers,
    engines: impl IntoIterator<Item = &'static str>,
    purpose: &str,
) -> Result<Vec<Database<'a>>, String> {
    let mut databases = Vec::new();
    for name in engines {
        match name {
            "memory" => databases.push(Database { name, url: "memory:".to_owned(), server: None }),
            // Made by its first write, dropped by the program that uses it.
            "mongodb" => {
                if let Ok(server) = &servers.mongodb {
                    let url = server.database(&format!("auth_{purpose}_{}", std::process::id()));
                    databases.push(Database { name, url, server: None });
                }
            }
            "sqlite" => databases.push(Database { name, url: "sqlite::memory:".to_owned(), server: None }),
            _ => {
                let server = if name == "postgres" { &servers.postgres } else { &servers.mysql };
                if let Ok(server) = server {
                    databases.push(Database::on(name, server, purpose)?);
                }
            }
        }
    }
    Ok(databases)
}

impl<'a> Database<'a> {
    fn on(name: &'static str, server: &'a Server, purpose: &str) -> Result<Self, String> {
        let database = format!("auth_{purpose}_{}", std::process::id());
        // What Better Auth makes takes over the database's letters; a server without settings has Latin ones alone.
        let letters = if name == "mysql" { " CHARACTER SET utf8mb4" } else { "" };
        server.execute(&format!("CREATE DATABASE {database}{letters}"))?;
        if name == "postgres" {
            // Some ten thousand small transactions: what a crash would lose is of no use to anybody.
            server.execute(&format!("ALTER DATABASE {database} SET synchronous_commit = off"))?;
        }
        Ok(Self { name, url: server.database(&database), server: Some(server) })
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let (Some(server), Some((_, name))) = (self.server, self.url.rsplit_once('/'))
            && let Err(problem) = server.execute(&format!("DROP DATABASE {name}"))
        {
            eprintln!("{name} is left behind: {problem}");
        }
    }
}
