//! The end: what is under way ends well, what comes later is refused.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Auth;

/// A request under way. [`Auth::shutdown`] waits until it is dropped.
#[derive(Debug)]
#[must_use = "the request is under way for as long as this lives"]
pub struct UnderWay(#[expect(dead_code, reason = "held until the end of the request")] TaskTrackerToken);

impl Auth {
    /// Says that a request begins; `None` once [`Auth::shutdown`] has been called. The router of `auth-axum` does it for its own
    /// endpoints; other handlers may, for their requests to be waited for.
    pub fn begin_request(&self) -> Option<UnderWay> {
        let requests = &self.services.inner.requests;
        let token = requests.token();
        (!requests.is_closed()).then_some(UnderWay(token))
    }

    /// Ends in good order, within a time: refuses new requests, waits for those under way, stops the work in the background, waits
    /// for the mail, and closes the pool of a SeaORM adapter. What asks for the database afterwards is told
    /// [`crate::adapter::AdapterError::Closed`]. Tells whether all of it ended in time; what did not is given up by whoever
    /// ends the program.
    pub async fn shutdown(&self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let requests = &self.services.inner.requests;
        requests.close();
        let answered = timeout_at(deadline, requests.wait()).await.is_ok();
        if let Some(sweep) = &self.sweep {
            sweep.stop();
        }
        let sent = timeout_at(deadline, self.settle()).await.is_ok();
        let closed = match self.adapter().seaorm() {
            Some(adapter) => timeout_at(deadline, adapter.close()).await.is_ok(),
            None => true,
        };
        if !(answered && sent && closed) {
            tracing::warn!(name: "auth.shutdown", answered, sent, closed, "not everything ended in time");
        }
        answered && sent && closed
    }
}
