//! What a person is asked on the terminal, and what comes by standard input instead.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use auth_core::password::Password;

use super::usage::Usage;

/// Whether somebody is there to answer.
pub(super) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a yes. Anything else is a no.
pub(super) fn confirm(question: &str) -> Result<bool, Box<dyn Error>> {
    eprint!("{question} [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// A password typed twice without being shown; nothing typed is none.
pub(super) fn new_password() -> Result<Option<Password>, Box<dyn Error>> {
    let first = rpassword::prompt_password("Password (nothing: a user without one): ")?;
    if first.is_empty() {
        return Ok(None);
    }
    let second = rpassword::prompt_password("The same once more: ")?;
    if first != second {
        return Err("the two passwords differ".into());
    }
    Ok(Some(Password::new(first)))
}

/// The password on standard input: all of it, but for the end of its one line.
pub(super) fn password_from_stdin() -> Result<Password, Box<dyn Error>> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains('\n') {
        return Err(Usage("--password-stdin takes one line from standard input: the password").into());
    }
    Ok(Password::new(line))
}

const LONGEST: u64 = 64 * 1024;
