//! A proxy before PostgreSQL that reads what a client sends, and cuts the wire where it is told to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use auth_tests::backend::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

/// What went over the wire, one list for each connection, and whether the next `COMMIT` is cut off.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    connections: Mutex<Vec<Arc<Mutex<Vec<Message>>>>>,
    pub(crate) cut_commit: AtomicBool,
}

/// A message of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// The names of the parameters.
    Startup(Vec<String>),
    Text(String),
    /// The name of the statement.
    Parse(String),
    /// The name of the statement.
    Bind(String),
    /// A statement, not a portal.
    CloseStatement,
    Sync,
    Other,
}

impl Wire {
    /// Starts the proxy; gives the address of the database behind it.
    pub(crate) async fn before(database: &TestDatabase) -> (Arc<Self>, String) {
        let (login, rest) = database.url.rsplit_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let server = if server.contains(':') { server.to_owned() } else { format!("{server}:5432") };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url =
            format!("{login}@127.0.0.1:{}/{name}?sslmode=disable", listener.local_addr().unwrap().port());
        let wire = Arc::new(Self::default());
        let listening = Arc::clone(&wire);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(Arc::clone(&listening).carry(client, server));
            }
        });
        (wire, url)
    }

    async fn carry(self: Arc<Self>, client: TcpStream, server: TcpStream) {
        let messages = Arc::new(Mutex::new(Vec::new()));
        self.connections.lock().unwrap().push(Arc::clone(&messages));
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let back = tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
        // The first message has no type: it is the login.
        let mut typed = false;
        while let Ok(bytes) = read(&mut from_client, typed).await {
            let message = Message::of(&bytes, typed);
            let is_commit = message == Message::Text("COMMIT".to_owned());
            messages.lock().unwrap().push(message);
            if is_commit && self.cut_commit.swap(false, Ordering::SeqCst) {
                break;
            }
            typed = true;
            if to_server.write_all(&bytes).await.is_err() {
                break;
            }
        }
        back.abort();
    }

    /// What each connection has sent.
    pub(crate) fn sent(&self) -> Vec<Vec<Message>> {
        self.connections.lock().unwrap().iter().map(|messages| messages.lock().unwrap().clone()).collect()
    }
}

impl Message {
    fn of(bytes: &[u8], typed: bool) -> Self {
        let (kind, body) = if typed { (bytes[0], &bytes[5..]) } else { (0, &bytes[4..]) };
        let mut texts = body.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        match kind {
            // Behind the version's four bytes: names and values in turn.
            0 => Self::Startup(
                String::from_utf8_lossy(&body[4..])
                    .split('\0')
                    .step_by(2)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
            b'Q' => Self::Text(texts.next().unwrap()),
            b'P' => Self::Parse(texts.next().unwrap()),
            b'B' => Self::Bind(texts.nth(1).unwrap()),
            b'C' if body[0] == b'S' => Self::CloseStatement,
            b'S' => Self::Sync,
            _ => Self::Other,
        }
    }
}

/// One message: a type, unless it is the first, and its length.
async fn read(client: &mut (impl AsyncReadExt + Unpin), typed: bool) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; if typed { 5 } else { 4 }];
    client.read_exact(&mut message).await?;
    let length = u32::from_be_bytes(message[message.len() - 4..].try_into().unwrap());
    let start = message.len();
    message.resize(start + length as usize - 4, 0);
    client.read_exact(&mut message[start..]).await?;
    Ok(message)
}
