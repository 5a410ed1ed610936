//! A console on tables in the process, and a browser that can also lie.

use std::net::SocketAddr;
use std::sync::Arc;

use auth_cli::console::Console;
use auth_core::Auth;
use auth_core::adapter::memory::MemoryAdapter;
use auth_core::domain::{Email, NewUser, RequestContext, Session, SystemRandom, User};
use auth_core::domain::{NewSession, UserId};
use auth_schema::Schema;
use time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A console that listens until the test ends.
pub(crate) struct Running {
    pub(crate) auth: Auth,
    pub(crate) address: SocketAddr,
    /// The path of the printed address: `/place/enter?token=…`.
    pub(crate) entry: String,
    /// Where its pages are: `/place/`.
    pub(crate) place: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A line of the head.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The value of a hidden field of a form.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next()
    }
}

impl Running {
    pub(crate) async fn start(config: &str) -> Self {
        let schema = Schema::from_toml(config).unwrap();
        let adapter = MemoryAdapter::with_schema(schema);
        let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
        let console = Console::new(auth.clone(), RequestContext::new(), &SystemRandom);
        Self::of(auth, console).await
    }

    pub(crate) async fn of(auth: Auth, console: Console) -> Self {
        let bound = console.bind(0).await.unwrap();
        let (address, entry) = (bound.address(), bound.entry().to_owned());
        tokio::spawn(bound.serve(std::future::pending()));
        let entry = entry.strip_prefix(&format!("http://{address}")).unwrap().to_owned();
        let place = entry.split_once("enter").unwrap().0.to_owned();
        Self { auth, address, entry, place }
    }

    /// Sends a head, line by line, and a body.
    pub(crate) async fn send(&self, lines: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let request = format!("{}\r\n{length}{body}", lines.join("\r\n"));
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The line that names this machine.
    pub(crate) fn host(&self) -> String {
        format!("Host: {}", self.address)
    }

    /// The line of a form that this page has made.
    pub(crate) fn origin(&self) -> String {
        format!("Origin: http://{}", self.address)
    }

    /// Asks for a path as it is.
    pub(crate) async fn get(&self, path: &str, more: &[&str]) -> Answer {
        let (line, host) = (format!("GET {path} HTTP/1.1"), self.host());
        self.send(&[&[line.as_str(), &host], more].concat(), "").await
    }

    /// Uses the printed address; gives the line that shows the cookie.
    pub(crate) async fn enter(&self) -> String {
        let answer = self.get(&self.entry, &[]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let line = answer.header("set-cookie").unwrap();
        format!("Cookie: {}", line.split(';').next().unwrap())
    }

    /// A user, signed in some times.
    pub(crate) async fn user(&self, name: &str, sessions: u32) -> (User, Vec<Session>) {
        let store = self.auth.store();
        let email =
            Email::parse(&format!("{}@example.com", self.auth.store().users().count().await.unwrap()));
        let user = store.users().create(NewUser::new(name, email.unwrap())).await.unwrap();
        let mut made = Vec::new();
        for number in 0..sessions {
            let ends = self.auth.now() + Duration::days(i64::from(number) + 1);
            let mut new = NewSession::new(user.id.clone(), ends);
            new.ip_address = Some(format!("192.0.2.{number}"));
            new.user_agent = Some(format!("Agent/{number}"));
            made.push(store.sessions().create(new).await.unwrap());
        }
        (user, made)
    }

    /// How many sessions a user has.
    pub(crate) async fn sessions(&self, user: &UserId) -> usize {
        self.auth.list_sessions(user).await.unwrap().len()
    }
}
