//! A server of our own that cannot outlive this run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::as_user;

/// A running server and its folder. Dropping it ends the server and removes the folder; so does the end of this process in
/// any other way, Ctrl-C and SIGKILL included.
///
/// A shell, the keeper, holds the server as its child and reads from a pipe that only this process can write to. The pipe
/// closes with this process, whatever ends it. The keeper has a process group of its own, which Ctrl-C does not reach.
#[derive(Debug)]
pub(super) struct Private {
    keeper: Child,
    folder: PathBuf,
}

impl Private {
    /// Starts a server whose files are in a folder. `signal` asks it to end in good order: a server that is killed
    /// leaves shared memory behind.
    pub(super) fn start(
        folder: PathBuf,
        user: Option<&str>,
        signal: &str,
        server: &Command,
    ) -> Result<Self, String> {
        let keeper = as_user(user, Path::new("/bin/sh"))
            .args(["-c", KEEPER, "keeper", signal])
            .arg(&folder)
            .arg(server.get_program())
            .args(server.get_args())
            .current_dir(&folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", server.get_program().display()))?;
        Ok(Self { keeper, folder })
    }

    /// What the server complained about last, once it has ended without being asked to.
    pub(super) fn complaint(&mut self) -> Option<String> {
        self.keeper.try_wait().ok().flatten()?;
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        Some(lines[lines.len().saturating_sub(10)..].join("\n"))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Arguments: signal, folder, the server's command line. A server that ends unasked leaves its log to be read.
const KEEPER: &str = r#"
signal=$1 folder=$2
shift 2
exec 3<&0
"$@" </dev/null >"$folder/log" 2>&1 3<&- &
server=$!
(
    read -r _ <&3
    : >"$folder/asked"
    kill -s "$signal" "$server"
    seconds=0
    while kill -0 "$server"; do
        [ "$seconds" -lt 20 ] || kill -s KILL "$server"
        sleep 1
        seconds=$((seconds + 1))
    done
) >/dev/null 2>&1 &
reader=$!
wait "$server"
if [ -e "$folder/asked" ]; then cd / && rm -rf "$folder"; else kill "$reader"; fi
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn start(name: &str, script: &str) -> (Private, PathBuf) {
        let folder = super::super::folder(name, None).unwrap();
        let mut server = Command::new("/bin/sh");
        server.args(["-c", script]);
        (Private::start(folder.clone(), None, "TERM", &server).unwrap(), folder)
    }

    fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
        for _ in 0..500 {
            if let Some(value) = found() {
                return value;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("it did not come to pass");
    }

    fn process_of(folder: &Path) -> String {
        let text =
            until(|| std::fs::read_to_string(folder.join("pid")).ok().filter(|text| text.ends_with('\n')));
        text.trim().to_owned()
    }

    fn runs(process: &str) -> bool {
        Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn a_server_ends_with_its_value_and_leaves_nothing() {
        let (server, folder) = start("test-drop", "echo $$ >pid; exec sleep 1000");
        let process = process_of(&folder);
        assert!(runs(&process));
        drop(server);
        assert!(!runs(&process));
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_ends_when_the_pipe_closes_without_a_drop() {
        let (mut server, folder) = start("test-pipe", "echo $$ >pid; exec sleep 1000");
        let process = process_of(&folder);
        drop(server.keeper.stdin.take());
        std::mem::forget(server);
        until(|| (!runs(&process) && !folder.exists()).then_some(()));
    }

    #[test]
    fn a_server_that_ends_by_itself_says_why() {
        let (mut server, _folder) =
            start("test-complaint", "echo the data folder is of version 14 >&2; exit 1");
        assert_eq!(until(|| server.complaint()), "the data folder is of version 14");
    }
}
