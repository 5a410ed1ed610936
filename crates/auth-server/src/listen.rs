//! Accepts connections: so many at once, each within limits of time, until it is told to stop.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Answers until `stop` is ready; then answers what is under way. It returns when all is answered, or after
/// [`LONGEST_DRAIN`].
pub(crate) async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = graceful.watch(connection(stream, peer, app.clone()));
                tokio::spawn(async move {
                    // A client that goes away, or takes too long, is no failure of the server.
                    if let Err(error) = connection.await {
                        tracing::debug!(name: "http.connection", %error, "a connection ended");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::error!(name: "http.accept", %error, "no connection can be accepted: it is tried again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(LONGEST_DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!(name: "http.drain", "requests were still under way and are given up");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let service = service_fn(move |request| answer(app.clone(), peer, request));
    // Answers are short: waiting for more of them would only make them late.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
}

async fn answer(app: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    match tokio::time::timeout(LONGEST_REQUEST, app.oneshot(request)).await {
        Ok(answer) => answer,
        Err(_) => Ok(StatusCode::REQUEST_TIMEOUT.into_response()),
    }
}

/// More wait to be accepted. Below what a process may have of open files by default, with room for the database.
const MOST_CONNECTIONS: usize = 900;
/// How long a client may take to send the head of a request, and keep a connection without one.
const LONGEST_HEAD: Duration = Duration::from_secs(30);
/// How long a request may take with its body and its answer.
const LONGEST_REQUEST: Duration = Duration::from_mins(1);
/// How long requests under way are waited for at the end.
pub(crate) const LONGEST_DRAIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);
