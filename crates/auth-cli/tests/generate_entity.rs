//! `auth generate entity`, run as a person runs it.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use auth_cli::generate::GeneratedFile;

type TestResult = Result<(), Box<dyn Error>>;

#[test]
fn it_writes_what_the_check_then_finds_fresh() -> TestResult {
    let directory = empty_directory("fresh")?;
    assert!(generate(&directory, &[])?.status.success());
    assert!(fs::read_to_string(directory.join("lib.rs"))?.contains("pub mod auth_users;"));
    assert!(generate(&directory, &["--check"])?.status.success());
    let again = generate(&directory, &[])?;
    assert!(String::from_utf8(again.stdout)?.ends_with("0 changed\n"));
    Ok(())
}

#[test]
fn the_check_names_every_stale_file_and_writes_nothing() -> TestResult {
    let directory = empty_directory("stale")?;
    generate(&directory, &[])?;
    let edited = format!("{}\n// edited", GeneratedFile::BANNER);
    fs::write(directory.join("auth_users.rs"), &edited)?;
    fs::write(directory.join("auth_tokens.rs"), &edited)?;
    fs::remove_file(directory.join("auth_sessions.rs"))?;

    let check = generate(&directory, &["--check"])?;
    assert_eq!(check.status.code(), Some(1));
    let said = String::from_utf8(check.stderr)?;
    for line in [
        "auth_sessions.rs is missing",
        "auth_users.rs differs from what is generated",
        "auth_tokens.rs is left over from a table that is gone",
        "run: cargo run -p auth-cli -- generate entity --output ",
    ] {
        assert!(said.contains(line), "{line:?} is not in\n{said}");
    }
    assert_eq!(said.lines().count(), 4, "{said}");
    assert_eq!(fs::read_to_string(directory.join("auth_users.rs"))?, edited);
    assert!(!directory.join("auth_sessions.rs").exists());
    Ok(())
}

#[test]
fn it_removes_only_what_it_generated() -> TestResult {
    let directory = empty_directory("left_over")?;
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("auth_tokens.rs"), GeneratedFile::BANNER)?;
    fs::write(directory.join("mine.rs"), "//! Written by hand.\n")?;
    assert!(generate(&directory, &[])?.status.success());
    assert!(!directory.join("auth_tokens.rs").exists());
    assert!(directory.join("mine.rs").exists());
    Ok(())
}

#[test]
fn an_output_that_is_a_file_is_a_clear_error() -> TestResult {
    let file = empty_directory("not_a_directory")?;
    fs::write(&file, "")?;
    let output = generate(&file, &[])?;
    fs::remove_file(&file)?;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr)?;
    assert!(said.starts_with(&format!("error: cannot write {}", file.display())), "{said}");
    Ok(())
}

fn generate(directory: &Path, flags: &[&str]) -> io::Result<Output> {
    let mut auth = Command::new(env!("CARGO_BIN_EXE_auth"));
    auth.args(["generate", "entity", "--output"]).arg(directory).args(flags).output()
}

/// A path of its own for each test, with nothing there.
fn empty_directory(name: &str) -> io::Result<PathBuf> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generate_entity").join(name);
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    fs::create_dir_all(directory.parent().unwrap_or(&directory))?;
    Ok(directory)
}
