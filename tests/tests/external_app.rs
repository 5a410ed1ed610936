//! An application outside the workspace, whose own packages are called `entity` and `migration`, depends on
//! ours by path: it compiles and runs.

use std::path::Path;
use std::process::Command;

#[test]
fn an_application_with_packages_of_the_same_names_compiles_and_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let app = root.join("tests/external-app");
    // The versions that were tested, and the compiled dependencies of this workspace.
    std::fs::copy(root.join("Cargo.lock"), app.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--manifest-path"])
        .arg(app.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Ada wrote a note\n");
}
