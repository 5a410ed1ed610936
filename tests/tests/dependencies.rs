//! What a package drags along: MongoDB's driver is for its adapter alone.

use std::process::Command;

/// The packages behind one, with some features, by name.
fn tree(package: &str, features: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--package", package, "--edges", "normal,build"]);
    cargo.args(["--prefix", "none", "--format", "{p}"]).args(features);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn has_the_driver(package: &str, features: &[&str]) -> bool {
    let tree = tree(package, features);
    assert!(tree.iter().any(|name| name == "tokio"), "{package}: the tree is read");
    ["mongodb", "bson", "auth-mongo"].iter().any(|driver| tree.iter().any(|name| name == driver))
}

#[test]
fn only_the_adapter_and_a_server_that_asks_for_it_have_the_driver() {
    for package in ["auth-core", "auth-axum", "auth-cli", "auth-loco", "auth-server"] {
        assert!(!has_the_driver(package, &[]), "{package}");
    }
    assert!(has_the_driver("auth-mongo", &[]));
    assert!(has_the_driver("auth-server", &["--features", "mongodb"]));
}
