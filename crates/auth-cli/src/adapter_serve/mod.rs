//! Serves an adapter to another program, one JSON object a line: the way in which Better Auth's own test suites
//! reach it. The protocol is told in `docs/adapter-protocol.md`.

mod database;
mod description;
mod error;
mod operation;
mod request;
mod session;
mod wire;

use std::error::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use database::{Database, OtherDatabase};
pub use error::ServeError;

use self::request::Request;
use self::session::Session;

/// Answers requests until the input ends. Requests are worked on at once and answered as they are done.
///
/// # Errors
///
/// When the output cannot be written. What is wrong with a request is told in its answer.
pub async fn serve(
    database: Database,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let session = Arc::new(Session::new(database));
    let (answers, to_write) = mpsc::unbounded_channel();
    let writer = tokio::spawn(write(output, to_write));
    let mut lines = BufReader::new(input).lines();
    let mut working = JoinSet::new();
    while let Some(line) = lines.next_line().await? {
        if line.trim().is_empty() {
            continue;
        }
        let (session, answers) = (Arc::clone(&session), answers.clone());
        working.spawn(async move {
            // The writer is gone only when nobody reads the answers any more.
            let _ = answers.send(answer(&session, &line).await);
        });
        while working.try_join_next().is_some() {}
    }
    working.join_all().await;
    drop(answers);
    writer.await??;
    Ok(())
}

async fn answer(session: &Session, line: &str) -> Value {
    let request = match serde_json::from_str::<Request>(line) {
        Ok(request) => request,
        Err(error) => {
            let id = serde_json::from_str::<Value>(line).ok().and_then(|line| line.get("id").cloned());
            return failure(&id.unwrap_or_default(), &ServeError::Request(error));
        }
    };
    match session.answer(request.operation, request.tx.as_deref()).await {
        Ok(result) => json!({ "id": request.id, "ok": true, "result": result }),
        Err(error) => failure(&request.id, &error),
    }
}

fn failure(id: &Value, error: &ServeError) -> Value {
    json!({ "id": id, "ok": false, "error": { "message": error.message(), "code": error.code() } })
}

async fn write(
    mut output: impl AsyncWrite + Unpin,
    mut answers: mpsc::UnboundedReceiver<Value>,
) -> std::io::Result<()> {
    while let Some(answer) = answers.recv().await {
        let mut line = answer.to_string();
        line.push('\n');
        output.write_all(line.as_bytes()).await?;
        output.flush().await?;
    }
    Ok(())
}
