//! The procedure of `docs/backup.md`, run as it stands there, on every engine that answers.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use auth_core::adapter::seaorm::{create_database, drop_database};
use auth_core::{DatabaseConfig, DatabaseConnection};

const PAGE: &str = include_str!("../../../docs/backup.md");

/// The commands under a heading.
fn commands(heading: &str) -> &'static str {
    let section = PAGE.split(&format!("\n### {heading}\n")).nth(1).expect("the page has the heading");
    section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap()
}

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("backup").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Runs lines of a shell; the first that fails ends them.
    fn run(&self, lines: &str, variables: &[(&str, &str)]) -> Output {
        let tools = Path::new(env!("CARGO_BIN_EXE_auth")).parent().unwrap();
        let mut path = tools.as_os_str().to_owned();
        path.push(":");
        path.push(environment("PATH", ""));
        let mut shell = Command::new("sh");
        shell.args(["-euc", lines]).current_dir(&self.0).env("PATH", path);
        shell.env_remove("MIGRATION_DATABASE_URL").env_remove("AUTH_CONFIG");
        shell.envs(variables.iter().copied()).output().unwrap()
    }

    fn must(&self, lines: &str, variables: &[(&str, &str)]) {
        let output = self.run(lines, variables);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{lines}\n{out}\n{err}");
    }

    fn people(&self, url: &str) {
        self.must(PEOPLE, &[("DATABASE_URL", url)]);
    }
}

#[expect(clippy::disallowed_methods, reason = "the test command hands the servers' addresses over")]
fn environment(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// A server, and a database on it that goes again with the one that is restored.
fn on_server(url: &str, name: &str, test: impl FnOnce(&str, &str)) {
    let Ok(connection) = wait(auth_core::connect(&DatabaseConfig::new(url))) else {
        assert_ne!(environment("TEST_REQUIRE_ALL", ""), "1", "no server answers");
        eprintln!("NOT RUN: no server answers");
        return;
    };
    drop(connection);
    let (from, to) = (format!("{name}_{}", std::process::id()), format!("{name}_new_{}", std::process::id()));
    change(url, async |connection| {
        drop_database(&connection, &to).await.unwrap();
        create_database(&connection, &from).await.unwrap();
    });
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&from, &to)));
    change(url, async |connection| {
        for name in [&from, &to] {
            drop_database(&connection, name).await.unwrap();
        }
    });
    outcome.unwrap();
}

fn change(url: &str, work: impl AsyncFnOnce(DatabaseConnection)) {
    wait(async {
        let connection = auth_core::connect(&DatabaseConfig::new(url)).await.unwrap();
        work(connection.clone()).await;
        connection.close().await.unwrap();
    });
}

#[test]
fn a_file_is_restored_as_the_page_says() {
    let place = Place::new("sqlite");
    place.people("sqlite:auth.db");
    place.must("auth backup auth.backup", &[("DATABASE_URL", "sqlite:auth.db")]);
    place.must("auth user delete ada@example.com --yes", &[("DATABASE_URL", "sqlite:auth.db")]);
    let changed = place.run("auth backup --restored auth.backup", &[("DATABASE_URL", "sqlite:auth.db")]);
    assert_eq!(changed.status.code(), Some(1), "the database is another one now");
    place.must(commands("SQLite"), &[]);
    place.must("auth user show ada@example.com", &[("DATABASE_URL", "sqlite:auth.db")]);
}

#[test]
fn postgresql_is_restored_as_the_page_says() {
    let url = environment("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres");
    let server = url.rsplit_once('/').unwrap().0.to_owned();
    on_server(&url, "auth_page_pg", |from, to| {
        let (place, old) = (Place::new("postgres"), format!("{server}/{from}"));
        place.people(&old);
        place.must("auth backup auth.backup", &[("DATABASE_URL", &old)]);
        place.must(commands("PostgreSQL"), &[("DATABASE_URL", &old), ("SERVER", &server), ("NEW", to)]);
        place.must("auth user show ada@example.com", &[("DATABASE_URL", &format!("{server}/{to}"))]);
    });
}

#[test]
fn mysql_is_restored_as_the_page_says() {
    let url = environment("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql");
    let server = url.rsplit_once('/').unwrap().0.to_owned();
    on_server(&url, "auth_page_my", |from, to| {
        let (place, old) = (Place::new("mysql"), format!("{server}/{from}"));
        let parsed = url::Url::parse(&url).unwrap();
        let options = format!(
            "[client]\nhost={}\nport={}\nuser={}\npassword=\"{}\"\n",
            parsed.host_str().unwrap(),
            parsed.port().unwrap_or(3306),
            parsed.username(),
            parsed.password().unwrap_or_default()
        );
        fs::write(place.0.join("restore.cnf"), options).unwrap();
        place.people(&old);
        place.must("auth backup auth.backup", &[("DATABASE_URL", &old)]);
        place
            .must(commands("MySQL and MariaDB"), &[("DATABASE_URL", &old), ("SERVER", &server), ("NEW", to)]);
        place.must("auth user show ada@example.com", &[("DATABASE_URL", &format!("{server}/{to}"))]);
    });
}

/// A database with people on a server of MySQL or MariaDB, and an empty folder.
fn on_mysql(name: &str, test: impl FnOnce(&Place, &str)) {
    let url = environment("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql");
    let server = url.rsplit_once('/').unwrap().0.to_owned();
    on_server(&url, &format!("auth_{name}"), |from, _| {
        let (place, url) = (Place::new(name), format!("{server}/{from}"));
        place.people(&url);
        test(&place, &url);
    });
}

#[test]
fn the_url_outweighs_the_files_of_the_home_directory() {
    on_mysql("home", |place, url| {
        let elsewhere =
            "[client]\nhost=nowhere.invalid\nport=1\nuser=nobody\npassword=wrong\nsocket=/nowhere\n";
        fs::write(place.0.join(".my.cnf"), elsewhere).unwrap();
        let home = place.0.to_str().unwrap();
        // The driver takes this name for an address, the tools for a socket.
        let url = url.replace("127.0.0.1", "localhost");
        place.must(
            "auth backup auth.backup",
            &[("DATABASE_URL", &url), ("HOME", home), ("MYSQL_PWD", "wrong")],
        );
    });
}

/// Puts a tool in front of those that write dumps, which changes rows before the dump and after it.
fn meddle(place: &Place, before: &str, after: &str) -> String {
    let folder = place.0.join("bin");
    fs::create_dir_all(&folder).unwrap();
    for (dump, client) in [("mariadb-dump", "mariadb"), ("mysqldump", "mysql")] {
        let path = environment("PATH", "");
        let script = format!(
            "#!/bin/sh\nset -eu\nexport PATH='{path}'\nfor database in \"$@\"; do :; done\necho >> \"$0.calls\"\n\
             calls=$(wc -l < \"$0.calls\")\nchange() {{ {client} \"$1\" \"$2\" -e \"$3\"; }}\n\
             {before}\n{dump} \"$@\"\n{after}\n"
        );
        fs::write(folder.join(dump), script).unwrap();
    }
    place.must("chmod +x bin/mariadb-dump bin/mysqldump", &[]);
    let tools = Path::new(env!("CARGO_BIN_EXE_auth")).parent().unwrap();
    format!("{}:{}:{}", folder.display(), tools.display(), environment("PATH", ""))
}

const INSERT: &str = "change \"$1\" \"$database\" \"INSERT INTO auth_verifications (id, identifier, value, expires_at, \
    created_at, updated_at) VALUES (UUID(), UUID(), 'v', '2030-01-01', NOW(3), NOW(3))\"";
const CLEAR: &str = "change \"$1\" \"$database\" \"DELETE FROM auth_verifications\"";

#[test]
fn rows_that_came_and_went_between_the_counts_are_no_damage() {
    on_mysql("came", |place, url| {
        let once = |what: &str| format!("if [ \"$calls\" -eq 1 ]; then {what}; fi");
        let path = meddle(place, &once(INSERT), &once(CLEAR));
        let output = place.run("auth backup auth.backup", &[("DATABASE_URL", url), ("PATH", &path)]);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && out.contains("restored and compared"), "{out}\n{err}");
        assert!(!out.contains("meanwhile"), "{out}");
        place.must("auth backup --check auth.backup", &[("DATABASE_URL", url)]);
        // What is found twice is told.
        let path = meddle(place, INSERT, CLEAR);
        let output = place.run("auth backup another.backup", &[("DATABASE_URL", url), ("PATH", &path)]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && err.contains("verification has 1 rows of 0"), "{err}");
        place.must("test -z \"$(ls | grep another)\"", &[]);
    });
}

#[test]
fn what_is_written_meanwhile_is_told_as_not_compared() {
    on_mysql("meanwhile", |place, url| {
        let path = meddle(place, INSERT, INSERT);
        let output = place.run("auth backup auth.backup", &[("DATABASE_URL", url), ("PATH", &path)]);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}\n{err}");
        assert!(out.contains("verification: written to meanwhile"), "{out}");
        assert_eq!(out.matches("meanwhile").count(), 1, "{out}");
    });
}

#[test]
fn a_manifest_that_cannot_be_written_leaves_the_old_pair() {
    on_mysql("pair", |place, url| {
        // Ever shorter, until the backup's part has a name on the disk, and that of the manifest, five letters longer, has none yet.
        for length in (180..=255).rev() {
            let name = "b".repeat(length);
            if fs::write(place.0.join(&name), "the last one").is_err() {
                continue;
            }
            let command = format!("auth backup --force --no-verify {name}");
            let output = place.run(&command, &[("DATABASE_URL", url)]);
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "the manifest was always written");
            assert_eq!(fs::read(place.0.join(&name)).unwrap(), b"the last one", "{length}");
            if err.contains(".json.") {
                return place.must("test -z \"$(ls | grep part)\"", &[]);
            }
        }
        panic!("the manifest never failed");
    });
}

const PEOPLE: &str = "auth migrate > migrated.txt
auth user create --email ada@example.com --name Ada --no-password > made.txt";
