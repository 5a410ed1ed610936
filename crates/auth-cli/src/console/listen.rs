//! Listens on this machine, until it is told to stop or nobody asks any more.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use super::{Console, Shared, router};

/// The page, listening.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    entry: String,
    idle: Option<(Duration, watch::Receiver<()>)>,
}

impl Console {
    /// Listens on a port of 127.0.0.1; 0: on one that is free.
    ///
    /// # Errors
    ///
    /// The system's, when the port is taken or is not for this user.
    pub async fn bind(self, port: u16) -> io::Result<Bound> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let hosts = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", address.port()));
        let token = self.keys.entry();
        let token = token.as_ref().map_or("", |token| token.expose());
        let entry = format!("http://{}/{}/enter?token={token}", hosts[0], self.keys.place);
        let (activity, heard) = watch::channel(());
        let Self { auth, operator, keys, examiner, idle } = self;
        let shared = Arc::new(Shared { auth, operator, keys, examiner, hosts, activity });
        let idle = idle.map(|idle| (idle, heard));
        Ok(Bound { listener, address, router: router::router(shared), entry, idle })
    }
}

impl Bound {
    /// The address that lets one browser in, once. It holds a secret: for the person who started the command.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is ready or nobody has asked for as long as [`Console::idle`] says. What is under way is answered.
    ///
    /// # Errors
    ///
    /// The system's, when no connection can be accepted any more.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopped, hears) = oneshot::channel();
        let end = async move {
            tokio::select! {
                () = stop => {}
                () = rested(self.idle) => {}
            }
            let _ = stopped.send(());
        };
        // A browser may hold a connection open on which it sends nothing.
        let given_up = async {
            let _ = hears.await;
            tokio::time::sleep(LONGEST_DRAIN).await;
        };
        tokio::select! {
            served = axum::serve(self.listener, self.router).with_graceful_shutdown(end) => served,
            () = given_up => Ok(()),
        }
    }
}

/// Ready when no request was let in for so long.
async fn rested(idle: Option<(Duration, watch::Receiver<()>)>) {
    let Some((longest, mut activity)) = idle else { return std::future::pending().await };
    while let Ok(Ok(())) = tokio::time::timeout(longest, activity.changed()).await {}
}

const LONGEST_DRAIN: Duration = Duration::from_secs(2);
