//! How far the work is: a bar with the time left on a terminal, a line now and then elsewhere. Always on standard error.

use std::io::{IsTerminal, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Whether and how progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Shown {
    /// A bar on a terminal, lines elsewhere.
    #[default]
    Auto,
    /// Lines.
    Plain,
    /// Nothing.
    None,
}

/// The progress of one piece of work.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    what: String,
    /// When the last line was written; `None`: no lines are.
    lines: Option<Mutex<Instant>>,
}

impl Progress {
    /// Begins a piece of work, of so many parts if that is known.
    pub fn new(what: &str, parts: Option<u64>, shown: Shown) -> Self {
        let on_terminal = shown == Shown::Auto && stderr().is_terminal();
        let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(parts, target);
        let template = if parts.is_some() {
            "{msg} {bar:32} {pos} of {len}, {eta} left"
        } else {
            "{msg} {spinner} {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        if on_terminal {
            bar.enable_steady_tick(TICK);
        }
        let lines = (!on_terminal && shown != Shown::None).then(|| Mutex::new(Instant::now()));
        Self { bar, what: what.to_owned(), lines }
    }

    /// So many parts more are done.
    pub fn advance(&self, parts: u64) {
        self.bar.inc(parts);
        let Some(lines) = &self.lines else {
            return;
        };
        let mut last = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() < EVERY {
            return;
        }
        *last = Instant::now();
        let of =
            self.bar.length().map(|length| format!(" of {length}, {} left", HumanDuration(self.bar.eta())));
        eprintln!("{}: {}{}", self.what, self.bar.position(), of.unwrap_or_default());
    }

    /// What is being done now, where parts are not counted.
    pub fn tell(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        if self.lines.is_some() {
            eprintln!("{what} …");
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

const TICK: Duration = Duration::from_millis(100);
const EVERY: Duration = Duration::from_secs(2);
