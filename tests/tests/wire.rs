//! The budgets once more, on the wire: a proxy counts the statements that a PostgreSQL client sends. What the
//! library says that it sends is what it sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use auth_core::domain::{Email, RequestContext};
use auth_core::password::Password;
use auth_core::service::{Refresh, SignInEmail, SignUpEmail};
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{PASSWORD, SECRET, cheap_passwords};
use auth_tests::runner::{Case, main as run};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

fn main() {
    let cases = [Case::new("the_wire_carries_the_statements_of_the_budgets_and_no_other", wire)];
    run(&cases, |backend| backend == Backend::Postgres);
}

/// Counts `Query` and `Execute` messages: each runs one statement.
async fn proxy(server: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                // The first message has no type: it is the login.
                let mut typed = false;
                while let Ok(message) = read(&mut from_client, typed).await {
                    if typed && matches!(message[0], b'Q' | b'E') {
                        counter.fetch_add(1, Ordering::SeqCst);
                    }
                    typed = true;
                    if to_server.write_all(&message).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (port, count)
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

async fn wire(database: Arc<TestDatabase>) {
    migration::run(&database.connect().await).await.unwrap();
    let (before, rest) = database.url.rsplit_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let server = if server.contains(':') { server.to_owned() } else { format!("{server}:5432") };
    let (port, count) = proxy(server).await;
    let mut config = DatabaseConfig::new(format!("{before}@127.0.0.1:{port}/{name}?sslmode=disable"));
    config.max_connections = 1;
    let db = auth_core::connect(&config).await.unwrap();
    let adapter = Arc::new(SeaOrmAdapter::new(db).await.unwrap());
    let auth = Auth::builder(adapter, SECRET).password(cheap_passwords()).build().unwrap();
    let context = RequestContext::new();
    let since = |count: &AtomicUsize| count.swap(0, Ordering::SeqCst);
    let sign_up =
        |email: &str| SignUpEmail::new("Ada", Email::parse(email).unwrap(), Password::new(PASSWORD));
    since(&count);

    let signed_up = auth.sign_up_email(sign_up("ada@example.com"), &context).await.unwrap();
    assert_eq!(since(&count), 5, "sign up");
    let email = Email::parse("ada@example.com").unwrap();
    let sign_in = SignInEmail::new(email, Password::new(PASSWORD));
    let token = auth.sign_in_email(sign_in, &context).await.unwrap().session.token;
    assert_eq!(since(&count), 2, "sign in");
    for _ in 0..3 {
        assert!(auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap().is_some());
        assert_eq!(since(&count), 1, "validate a session");
    }
    auth.revoke_other_sessions(&signed_up.user.id, &token, &context).await.unwrap();
    assert_eq!(since(&count), 1, "revoke all others");
    auth.sign_out(&token, &context).await.unwrap();
    assert_eq!(since(&count), 1, "sign out");
}
