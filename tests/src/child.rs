//! The command as a process: what it answers, how long it takes, how much memory it has held at most.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A command that runs.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    folder: PathBuf,
    start: Instant,
    output: Arc<Mutex<String>>,
    peak: Arc<AtomicU64>,
    threads: Vec<thread::JoinHandle<()>>,
}

/// How it went.
#[derive(Debug)]
pub struct Measured {
    /// The status it exited with; `None` when it was killed.
    pub code: Option<i32>,
    /// What it has printed.
    pub output: String,
    /// The same as JSON, if it is.
    pub json: Value,
    /// How long it ran.
    pub wall: Duration,
    /// The most memory that it has held.
    pub peak_megabytes: u64,
}

impl Child {
    /// Starts it in a folder of its own, with an `auth.toml`.
    pub fn new(auth: &Path, config: &str, url: &str, arguments: &[&str]) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("auth-child-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder is made");
        fs::write(folder.join("auth.toml"), config).expect("auth.toml is written");
        let mut process = Command::new(auth)
            .args(arguments)
            .args(["--json", "--progress", "none"])
            .env("DATABASE_URL", url)
            .env_remove("MIGRATION_DATABASE_URL")
            .env_remove("AUTH_CONFIG")
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("auth runs");
        let (output, peak) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicU64::new(0)));
        let mut threads = Vec::new();
        let streams: [Box<dyn Read + Send>; 2] = [
            Box::new(process.stdout.take().expect("a pipe")),
            Box::new(process.stderr.take().expect("a pipe")),
        ];
        for mut stream in streams {
            let output = Arc::clone(&output);
            threads.push(thread::spawn(move || {
                let mut text = String::new();
                let _ = stream.read_to_string(&mut text);
                output.lock().expect("nobody panics").push_str(&text);
            }));
        }
        let (status, seen) = (format!("/proc/{}/status", process.id()), Arc::clone(&peak));
        threads.push(thread::spawn(move || {
            while let Some(kilobytes) = high_water(&status) {
                seen.fetch_max(kilobytes, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        }));
        Self { process, folder, start: Instant::now(), output, peak, threads }
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Whether it has had time to connect.
    pub fn has_begun(&self) -> bool {
        self.start.elapsed() > Duration::from_millis(20)
    }

    /// Ends it without a warning.
    pub fn kill(mut self) -> Measured {
        self.process.kill().expect("it is killed");
        self.finish()
    }

    /// Waits until it ends.
    pub fn finish(mut self) -> Measured {
        let status = self.process.wait().expect("it ends");
        let wall = self.start.elapsed();
        for thread in self.threads.drain(..) {
            thread.join().expect("nobody panics");
        }
        let output = self.output.lock().expect("nobody panics").clone();
        let json = serde_json::from_str(&output).unwrap_or_default();
        let peak_megabytes = self.peak.load(Ordering::Relaxed).div_ceil(1024);
        Measured { code: status.code(), output, json, wall, peak_megabytes }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It has ended, unless something else went wrong.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The most memory that a process has held, in kilobytes; `None` when it has ended.
fn high_water(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
