//! A file of options for the tools of MySQL and MariaDB: the password stands in no argument, which every user of the machine
//! could read.

use std::io::Write;
use std::path::Path;

use super::error::BackupError;
use crate::transfer::{PartFile, TransferError};

/// The file, for as long as this value lives.
#[derive(Debug)]
pub(super) struct OptionFile(PartFile);

impl OptionFile {
    /// Writes options under `[client]`.
    pub(super) fn write(options: &[(&str, String)]) -> Result<Self, BackupError> {
        let path = std::env::temp_dir().join("auth.cnf");
        let mut file = PartFile::create(&path, true)?;
        let mut text = "[client]\n".to_owned();
        for (name, value) in options {
            text.push_str(&line(name, value));
        }
        let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
        written.map_err(|source| TransferError::File { what: "write", path, source })?;
        Ok(Self(file))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.part()
    }
}

/// A line; an option without a value stands alone.
fn line(name: &str, value: &str) -> String {
    if value.is_empty() {
        return format!("{name}\n");
    }
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{value}\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_its_owners_and_goes() {
        let file =
            OptionFile::write(&[("password", r#"a"b\c#d"#.to_owned()), ("ssl", String::new())]).unwrap();
        let path = file.path().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "[client]\npassword=\"a\\\"b\\\\c#d\"\nssl\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(file);
        assert!(!path.exists());
    }
}
