//! The door to password hashing.

use std::sync::Arc;
use std::time::Instant;

use super::engine::Engine;
use super::memory::WorkingMemory;
use super::plain::NormalizedPassword;
use super::stored::StoredHash;
use super::workers::Workers;
use super::{Password, PasswordConfig, PasswordError, PasswordHash, Verdict};
use crate::domain::Random;
use crate::telemetry::HashInstruments;

/// Hashes and verifies passwords off the async threads. Clones share the threads and the queue; the
/// threads start with the first call and end with the last clone.
///
/// Dropping a future gives its place in the queue back; a hash that has begun is finished.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    engine: Arc<Engine>,
    workers: Arc<Workers>,
    instruments: HashInstruments,
}

impl PasswordHasher {
    /// Makes a hasher. `random` makes the salts and must be unpredictable outside tests.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Setting`] names a setting that cannot be used.
    pub fn new(config: &PasswordConfig, random: Arc<dyn Random>) -> Result<Self, PasswordError> {
        config.validate()?;
        let engine = Arc::new(Engine::new(config, random));
        let workers = Arc::new(Workers::new(config.concurrency(), config.max_queued));
        Ok(Self { engine, workers, instruments: HashInstruments::new() })
    }

    /// Hashes a password in the configured format with a new salt. Its length is not checked here.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Busy`] at once when as many wait as are allowed to.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, PasswordError> {
        self.run(password, Engine::hash).await
    }

    /// Compares a password with a stored hash of either format, in constant time.
    ///
    /// Exactly one hash is computed on every path: for `None` (an unknown user, or one without a password)
    /// and for a stored text that cannot be read it is one in the configured format, and the verdict is
    /// [`Verdict::Mismatch`]. A text that cannot be read, or whose cost is above what a row may ask for
    /// (256 MiB, or the configured memory if that is more), is also logged as a warning.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Busy`] at once when as many wait as are allowed to.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, PasswordError> {
        let stored = stored.and_then(|stored| self.read(&stored));
        self.run(password, move |engine, password, memory| engine.verify(password, stored.as_ref(), memory))
            .await
    }

    /// How many hashes this hasher and its clones have begun to compute.
    pub fn hashes_computed(&self) -> u64 {
        self.engine.computed()
    }

    /// How many passwords wait for a thread, and how many are being hashed.
    pub(crate) fn load(&self) -> (u32, u32) {
        let (waiting, running) = self.workers.load();
        (u32::try_from(waiting).unwrap_or(u32::MAX), u32::try_from(running).unwrap_or(u32::MAX))
    }

    fn read(&self, stored: &PasswordHash) -> Option<StoredHash> {
        stored
            .read(&self.engine.argon2)
            .inspect_err(|reason| {
                tracing::warn!(%reason, "a stored password hash cannot be read: its user cannot sign in until it is reset");
            })
            .ok()
    }

    async fn run<T, F>(&self, password: Password, work: F) -> Result<T, PasswordError>
    where
        T: Send + 'static,
        F: FnOnce(&Engine, &NormalizedPassword, &mut WorkingMemory) -> Result<T, PasswordError>
            + Send
            + 'static,
    {
        let engine = Arc::clone(&self.engine);
        let (instruments, queued) = (self.instruments.clone(), Instant::now());
        let work = move |memory: &mut WorkingMemory| {
            instruments.hash(queued, || work(&engine, &password.normalize(), memory))
        };
        let answer = self.workers.submit(work).inspect_err(|_| self.instruments.refused())?;
        answer.await.unwrap_or(Err(PasswordError::Panicked))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::future::Future;
    use std::num::NonZeroUsize;
    use std::pin::pin;
    use std::sync::Mutex;
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use super::*;
    use crate::domain::SystemRandom;
    use crate::password::{Argon2Config, PasswordFormat};

    fn small() -> PasswordConfig {
        PasswordConfig {
            argon2: Argon2Config { memory_kib: 64, iterations: 1, parallelism: 1 },
            max_concurrent: NonZeroUsize::new(1),
            ..PasswordConfig::default()
        }
    }

    fn hasher(config: &PasswordConfig) -> PasswordHasher {
        PasswordHasher::new(config, Arc::new(SystemRandom)).unwrap()
    }

    fn scrypt() -> PasswordConfig {
        PasswordConfig { format: PasswordFormat::Scrypt, ..small() }
    }

    async fn verify(hasher: &PasswordHasher, password: &str, stored: &PasswordHash) -> Verdict {
        hasher.verify(password.into(), Some(stored.clone())).await.unwrap()
    }

    #[tokio::test]
    async fn both_formats_verify_what_they_hashed() {
        for config in [small(), scrypt()] {
            let hasher = hasher(&config);
            let stored = hasher.hash("correct horse".into()).await.unwrap();
            let right = verify(&hasher, "correct horse", &stored).await;
            assert_eq!(right, Verdict::Match { needs_rehash: false });
            assert_eq!(verify(&hasher, "correct horsf", &stored).await, Verdict::Mismatch);
            assert_eq!(verify(&hasher, "", &stored).await, Verdict::Mismatch);
        }
    }

    #[tokio::test]
    async fn the_hashes_of_better_auth_verify() {
        let file = include_str!("../../../../tests/vectors/password_scrypt.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let hasher = hasher(&small());
        for vector in file["vectors"].as_array().unwrap() {
            let text = |key: &str| vector[key].as_str().unwrap().to_owned();
            for stored in [text("hash"), text("random_salt_hash")] {
                let stored = PasswordHash::from(stored);
                let right = verify(&hasher, &text("password"), &stored).await;
                assert_eq!(right, Verdict::Match { needs_rehash: true });
                let wrong = verify(&hasher, &(text("password") + "x"), &stored).await;
                assert_eq!(wrong, Verdict::Mismatch);
            }
        }
    }

    #[tokio::test]
    async fn the_default_format_is_a_phc_string_of_the_default_cost() {
        let hasher = hasher(&PasswordConfig::default());
        let stored = hasher.hash("correct horse".into()).await.unwrap();
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(stored.as_str().len(), "$argon2id$v=19$m=19456,t=2,p=1$".len() + 22 + 1 + 43);
    }

    #[tokio::test]
    async fn every_hash_has_its_own_salt() {
        let hasher = hasher(&small());
        let mut seen = HashSet::new();
        for _ in 0..20 {
            assert!(seen.insert(hasher.hash("correct horse".into()).await.unwrap().into_string()));
        }
    }

    #[tokio::test]
    async fn the_forms_of_one_text_are_one_password() {
        for config in [small(), scrypt()] {
            let hasher = hasher(&config);
            let stored = hasher.hash("p\u{e4}ssw\u{f6}rd-\u{fb01}-\u{2460}".into()).await.unwrap();
            let typed_otherwise = verify(&hasher, "pa\u{308}sswo\u{308}rd-fi-1", &stored).await;
            assert_eq!(typed_otherwise, Verdict::Match { needs_rehash: false });
        }
    }

    #[tokio::test]
    async fn another_format_or_cost_needs_a_rehash() {
        let argon2 = hasher(&small());
        let scrypt = hasher(&scrypt());
        let dearer =
            hasher(&PasswordConfig { argon2: Argon2Config { iterations: 2, ..small().argon2 }, ..small() });
        let outdated = Verdict::Match { needs_rehash: true };
        let stored = argon2.hash("correct horse".into()).await.unwrap();
        assert_eq!(verify(&dearer, "correct horse", &stored).await, outdated);
        assert_eq!(verify(&scrypt, "correct horse", &stored).await, outdated);
        let stored = scrypt.hash("correct horse".into()).await.unwrap();
        assert_eq!(verify(&argon2, "correct horse", &stored).await, outdated);
    }

    #[tokio::test]
    async fn every_path_computes_exactly_one_hash() {
        for config in [small(), scrypt()] {
            let right = hasher(&config).hash("correct horse".into()).await.unwrap();
            let other = hasher(&if config == small() { scrypt() } else { small() });
            let other = other.hash("correct horse".into()).await.unwrap();
            let hostile = "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA";
            let unreadable =
                ["", "no hash", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$", ":", hostile];
            let mut paths = vec![
                ("right", "correct horse", Some(right.clone()), true),
                ("wrong", "battery staple", Some(right), false),
                ("other format", "correct horse", Some(other), true),
                ("unknown user", "correct horse", None, false),
                ("empty password", "", None, false),
            ];
            paths.extend(unreadable.map(|text| (text, "correct horse", Some(text.to_owned().into()), false)));
            let hasher = hasher(&config);
            for (path, password, stored, is_match) in paths {
                let before = hasher.hashes_computed();
                let verdict = hasher.verify(password.into(), stored).await.unwrap();
                assert_eq!(matches!(verdict, Verdict::Match { .. }), is_match, "{path}");
                assert_eq!(hasher.hashes_computed() - before, 1, "{path}");
            }
            let before = hasher.hashes_computed();
            hasher.hash("correct horse".into()).await.unwrap();
            assert_eq!(hasher.hashes_computed() - before, 1);
        }
    }

    #[test]
    fn invalid_settings_make_no_hasher() {
        let argon2 = Argon2Config { memory_kib: 4, ..Argon2Config::default() };
        let config = PasswordConfig { argon2, ..PasswordConfig::default() };
        let error = PasswordHasher::new(&config, Arc::new(SystemRandom)).unwrap_err();
        assert!(error.to_string().contains("password.argon2.memory_kib is 4"), "{error}");
    }

    /// Says that a salt is asked for, and gives it when a word comes through the gate.
    #[derive(Debug)]
    struct GatedRandom {
        asked: mpsc::Sender<()>,
        gate: Mutex<mpsc::Receiver<()>>,
    }

    impl Random for GatedRandom {
        fn fill(&self, bytes: &mut [u8]) {
            self.asked.send(()).unwrap();
            self.gate.lock().unwrap().recv().unwrap();
            bytes.fill(7);
        }
    }

    fn gated(config: &PasswordConfig) -> (PasswordHasher, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let (asked, was_asked) = mpsc::channel();
        let (open, gate) = mpsc::channel();
        let random = Arc::new(GatedRandom { asked, gate: Mutex::new(gate) });
        (PasswordHasher::new(config, random).unwrap(), was_asked, open)
    }

    #[tokio::test]
    async fn a_full_queue_is_busy_at_once_and_a_gone_caller_is_skipped() {
        let (hasher, was_asked, open) = gated(&PasswordConfig { max_queued: 2, ..small() });
        let mut context = Context::from_waker(Waker::noop());
        let mut running = pin!(hasher.hash("first".into()));
        assert!(running.as_mut().poll(&mut context).is_pending());
        was_asked.recv().unwrap();
        let mut waiting = pin!(hasher.hash("second".into()));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        {
            let mut cancelled = pin!(hasher.hash("third".into()));
            assert!(cancelled.as_mut().poll(&mut context).is_pending());
            assert!(matches!(hasher.hash("fourth".into()).await, Err(PasswordError::Busy)));
            assert!(matches!(hasher.verify("fifth".into(), None).await, Err(PasswordError::Busy)));
        }
        let mut instead = pin!(hasher.verify("sixth".into(), None));
        assert!(instead.as_mut().poll(&mut context).is_pending());
        (0..3).for_each(|_| open.send(()).unwrap());
        running.await.unwrap();
        waiting.await.unwrap();
        assert_eq!(instead.await.unwrap(), Verdict::Mismatch);
        assert_eq!(hasher.hashes_computed(), 3, "neither the cancelled nor the refused callers cost a hash");
    }

    #[tokio::test]
    async fn a_panic_in_the_work_is_an_error_and_the_next_call_works() {
        #[derive(Debug)]
        struct PanicsOnce(Mutex<bool>);
        impl Random for PanicsOnce {
            fn fill(&self, bytes: &mut [u8]) {
                let is_first = !std::mem::replace(&mut *self.0.lock().unwrap(), true);
                assert!(!is_first, "a test panics on purpose");
                bytes.fill(7);
            }
        }
        let hasher = PasswordHasher::new(&small(), Arc::new(PanicsOnce(Mutex::new(false)))).unwrap();
        assert!(matches!(hasher.hash("first".into()).await, Err(PasswordError::Panicked)));
        hasher.hash("second".into()).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_callers_at_once_all_get_their_own_answer() {
        let hasher = hasher(&PasswordConfig { max_concurrent: NonZeroUsize::new(4), ..small() });
        let callers = (0..100).map(|number| {
            let hasher = hasher.clone();
            tokio::spawn(async move {
                let password = format!("password number {number}");
                let stored = hasher.hash(password.as_str().into()).await.unwrap();
                verify(&hasher, &password, &stored).await
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            assert_eq!(caller.await.unwrap(), Verdict::Match { needs_rehash: false });
        }
        assert_eq!(hasher.hashes_computed(), 200);
    }

    #[tokio::test]
    async fn debug_shows_no_hash() {
        let stored = hasher(&small()).hash("correct horse".into()).await.unwrap();
        assert_eq!(format!("{stored:?}"), "PasswordHash(…)");
    }
}
