//! `auth secret` and `auth completions`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::process::{Command, Output};

fn auth(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auth")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn every_secret_is_new_and_long_enough() {
    let (one, other) = (auth(&["secret"]), auth(&["secret"]));
    assert_eq!(out(&one).trim_end().len(), 44);
    assert_ne!(one.stdout, other.stdout);
    assert_eq!(out(&auth(&["secret", "--bytes", "48"])).trim_end().len(), 64);
    let json: serde_json::Value = serde_json::from_slice(&auth(&["secret", "--json"]).stdout).unwrap();
    assert_eq!(json["secret"].as_str().unwrap().len(), 44);
    for wrong in ["8", "0", "x", "5000"] {
        assert_eq!(auth(&["secret", "--bytes", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn every_shell_is_told_of_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = auth(&["completions", shell]);
        assert!(script.status.success() && out(&script).contains("completions"), "{shell}");
    }
    assert_eq!(auth(&["completions", "cmd"]).status.code(), Some(2));
}
