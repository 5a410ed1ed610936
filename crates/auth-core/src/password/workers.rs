//! The threads that hash: a few, named, each with its own working memory, behind a bounded queue.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot::{self, Receiver, Sender};

use super::PasswordError;
use super::memory::WorkingMemory;

/// A group of threads that starts with the first work and ends when this handle is dropped.
pub(super) struct Workers(Arc<Queue>);

impl Workers {
    /// At most `max_concurrent` pieces of work run at once; at most `max_queued` wait besides.
    pub(super) fn new(max_concurrent: usize, max_queued: usize) -> Self {
        let (state, wakeup) = (Mutex::default(), Condvar::new());
        Self(Arc::new(Queue { max_concurrent, max_queued, state, wakeup }))
    }

    /// Queues the work, without waiting for it. Work whose answer nobody awaits any more is skipped.
    pub(super) fn submit<T, F>(&self, work: F) -> Result<Receiver<T>, PasswordError>
    where
        T: Send + 'static,
        F: FnOnce(&mut WorkingMemory) -> T + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        self.0.push(Box::new(Task { work, answer }))?;
        Ok(receiver)
    }
}

impl Workers {
    /// How much work waits, and how much runs.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = self.0.lock();
        (state.waiting.len(), state.running)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let abandoned = {
            let mut state = self.0.lock();
            state.is_closed = true;
            std::mem::take(&mut state.waiting)
        };
        self.0.wakeup.notify_all();
        drop(abandoned);
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Queue { max_concurrent, max_queued, .. } = &*self.0;
        f.debug_struct("Workers")
            .field("max_concurrent", max_concurrent)
            .field("max_queued", max_queued)
            .finish_non_exhaustive()
    }
}

/// What the handle and the threads share. The lock is held for moments only, never while work runs.
struct Queue {
    max_concurrent: usize,
    max_queued: usize,
    state: Mutex<State>,
    wakeup: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Box<dyn Job>>,
    running: usize,
    threads: usize,
    is_closed: bool,
}

impl Queue {
    fn push(self: &Arc<Self>, job: Box<dyn Job>) -> Result<(), PasswordError> {
        let mut state = self.lock();
        if self.is_full(&state) {
            state.waiting.retain(|job| !job.is_abandoned());
        }
        if self.is_full(&state) {
            return Err(PasswordError::Busy);
        }
        if state.load() >= state.threads && state.threads < self.max_concurrent {
            self.start_thread(&mut state)?;
        }
        state.waiting.push_back(job);
        drop(state);
        self.wakeup.notify_one();
        Ok(())
    }

    /// Work that waits for a thread to wake up counts against the free threads, not against the queue.
    fn is_full(&self, state: &State) -> bool {
        state.load() >= self.max_concurrent.saturating_add(self.max_queued)
    }

    /// A thread too few is a warning, none at all is an error.
    fn start_thread(self: &Arc<Self>, state: &mut State) -> Result<(), PasswordError> {
        match spawn(Arc::clone(self), state.threads + 1) {
            Ok(()) => state.threads += 1,
            Err(error) if state.threads == 0 => return Err(PasswordError::NoThread(error)),
            Err(error) => {
                tracing::warn!(%error, threads = state.threads, "fewer threads than allowed hash passwords");
            }
        }
        Ok(())
    }

    /// Waits for work; `None` when there will be no more.
    fn pop(&self) -> Option<(Box<dyn Job>, Permit<'_>)> {
        let mut state = self.lock();
        loop {
            while let Some(job) = state.waiting.pop_front() {
                if !job.is_abandoned() {
                    state.running += 1;
                    return Some((job, Permit(self)));
                }
            }
            if state.is_closed {
                return None;
            }
            state = self.wakeup.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn load(&self) -> usize {
        self.running + self.waiting.len()
    }
}

/// The right to run one job. It ends before the answer is sent, so that whoever has the answer finds the
/// place free.
struct Permit<'a>(&'a Queue);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
    }
}

/// One piece of work with its caller.
trait Job: Send {
    fn is_abandoned(&self) -> bool;
    fn run(self: Box<Self>, memory: &mut WorkingMemory, permit: Permit<'_>);
}

struct Task<T, F> {
    work: F,
    answer: Sender<T>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&mut WorkingMemory) -> T + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(self: Box<Self>, memory: &mut WorkingMemory, permit: Permit<'_>) {
        let Self { work, answer } = *self;
        let result = {
            let _permit = permit;
            work(memory)
        };
        // A caller who has gone meanwhile misses nothing.
        drop(answer.send(result));
    }
}

fn spawn(queue: Arc<Queue>, number: usize) -> io::Result<()> {
    let thread = thread::Builder::new().name(format!("auth-password-{number}"));
    thread.spawn(move || serve(&queue)).map(drop)
}

fn serve(queue: &Queue) {
    let mut memory = WorkingMemory::default();
    while let Some((job, permit)) = queue.pop() {
        // The panic is in the log already; the caller learns of it because no answer comes.
        drop(catch_unwind(AssertUnwindSafe(|| job.run(&mut memory, permit))));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use super::*;

    /// Work that says that it runs and goes on when the gate is dropped.
    fn gated(workers: &Workers) -> (Receiver<()>, mpsc::Sender<()>) {
        let (started, has_started) = mpsc::channel();
        let (gate, opened) = mpsc::channel::<()>();
        let answer = workers.submit(move |_| {
            started.send(()).unwrap();
            let _ = opened.recv();
        });
        has_started.recv().unwrap();
        (answer.unwrap(), gate)
    }

    fn is_busy<T>(result: &Result<T, PasswordError>) -> bool {
        matches!(result, Err(PasswordError::Busy))
    }

    #[tokio::test]
    async fn one_more_than_may_wait_is_busy() {
        let workers = Workers::new(1, 2);
        let (first, gate) = gated(&workers);
        let second = workers.submit(|_| 2).unwrap();
        let third = workers.submit(|_| 3).unwrap();
        assert!(is_busy(&workers.submit(|_| 4)));
        drop(gate);
        first.await.unwrap();
        assert_eq!((second.await.unwrap(), third.await.unwrap()), (2, 3));
        assert_eq!(workers.submit(|_| 5).unwrap().await.unwrap(), 5);
    }

    #[tokio::test]
    async fn without_a_queue_every_free_thread_still_takes_work() {
        let workers = Workers::new(2, 0);
        let (first, first_gate) = gated(&workers);
        let (second, second_gate) = gated(&workers);
        assert!(is_busy(&workers.submit(|_| ())));
        drop(first_gate);
        first.await.unwrap();
        for _ in 0..100 {
            workers.submit(|_| ()).unwrap().await.unwrap();
        }
        drop(second_gate);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn work_whose_caller_has_gone_is_skipped() {
        let workers = Workers::new(1, 10);
        let (first, gate) = gated(&workers);
        let has_run = Arc::new(AtomicBool::new(false));
        let witness = Arc::clone(&has_run);
        drop(workers.submit(move |_| witness.store(true, Ordering::SeqCst)).unwrap());
        let last = workers.submit(|_| ()).unwrap();
        drop(gate);
        first.await.unwrap();
        last.await.unwrap();
        assert!(!has_run.load(Ordering::SeqCst));
        assert_eq!(Arc::strong_count(&has_run), 1, "what the work held was given back");
    }

    #[tokio::test]
    async fn callers_who_have_gone_make_room_in_a_full_queue() {
        let workers = Workers::new(1, 1);
        let (first, gate) = gated(&workers);
        drop(workers.submit(|_| ()).unwrap());
        let second = workers.submit(|_| ()).unwrap();
        assert!(is_busy(&workers.submit(|_| ())));
        drop(gate);
        first.await.unwrap();
        second.await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_costs_its_caller_the_answer_and_nobody_the_thread() {
        let workers = Workers::new(1, 0);
        let thread = || workers.submit(|_| thread::current().id()).unwrap();
        let before = thread().await.unwrap();
        for _ in 0..3 {
            let answer = workers.submit(|_| panic!("a test panics on purpose")).unwrap();
            let answer: Result<(), _> = answer.await;
            assert!(answer.is_err());
            assert_eq!(thread().await.unwrap(), before);
        }
    }

    #[tokio::test]
    async fn threads_start_with_the_first_work_and_carry_a_name() {
        let workers = Workers::new(3, 0);
        assert_eq!(workers.0.lock().threads, 0);
        let name = || workers.submit(|_| thread::current().name().map(str::to_owned)).unwrap();
        for _ in 0..10 {
            assert_eq!(name().await.unwrap().as_deref(), Some("auth-password-1"));
        }
        assert_eq!(workers.0.lock().threads, 1);
    }

    #[tokio::test]
    async fn one_memory_serves_all_work_of_a_thread() {
        let workers = Workers::new(1, 10);
        let count = || {
            let work = |memory: &mut WorkingMemory| {
                let word = &mut memory.blocks(64).unwrap()[0].as_mut()[0];
                *word += 1;
                *word
            };
            workers.submit(work).unwrap()
        };
        for uses in 1..=10 {
            assert_eq!(count().await.unwrap(), uses);
        }
    }

    thread_local! {
        static AT_THREAD_END: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) };
    }

    #[tokio::test]
    async fn threads_end_with_the_handle() {
        let workers = Workers::new(1, 0);
        let (alive, end) = mpsc::channel::<()>();
        let leave = move |_: &mut WorkingMemory| AT_THREAD_END.set(Some(alive));
        workers.submit(leave).unwrap().await.unwrap();
        assert_eq!(end.try_recv(), Err(mpsc::TryRecvError::Empty));
        drop(workers);
        assert_eq!(end.recv(), Err(mpsc::RecvError), "the thread's own values are dropped when it ends");
    }
}
