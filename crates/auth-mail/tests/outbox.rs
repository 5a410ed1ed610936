//! The file of mails.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use auth_core::mail::{MailKind, Mailer};
use auth_mail::OutboxMailer;
use serde_json::Value;
use support::mail;

#[tokio::test]
async fn a_mail_is_one_line_with_its_keys_in_order() {
    let path = outbox("order");
    let mailer = OutboxMailer::open(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "", "the file is there before the first mail");

    mailer
        .send(mail(MailKind::VerifyEmail, "ada@example.org", "https://a.example/?token=tok"))
        .await
        .unwrap();
    let mut change = mail(MailKind::ChangeEmail, "ada@example.org", "https://a.example/\n");
    change.new_email = Some("countess@example.org".to_owned());
    mailer.send(change).await.unwrap();

    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        concat!(
            r#"{"kind":"verify-email","to":"ada@example.org","url":"https://a.example/?token=tok","token":"tok"}"#,
            "\n",
            r#"{"kind":"change-email","to":"ada@example.org","url":"https://a.example/\n","token":"tok","newEmail":"countess@example.org"}"#,
            "\n",
        )
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone_and_comes_back_when_it_is_removed() {
    use std::os::unix::fs::PermissionsExt;

    let path = outbox("mode");
    let mailer = OutboxMailer::open(&path).unwrap();
    fs::remove_file(&path).unwrap();
    mailer.send(mail(MailKind::ResetPassword, "ada@example.org", "https://a.example/")).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lines_of_concurrent_senders_stay_whole() {
    let path = outbox("concurrent");
    // Two mailers of one file: only the single write keeps their lines apart.
    let mailers = [OutboxMailer::open(&path).unwrap(), OutboxMailer::open(&path).unwrap()];
    let senders: Vec<_> = (0..200)
        .map(|number| {
            let mailer = mailers[number % 2].clone();
            let url = format!("https://a.example/{number}/{}", "x".repeat(5_000));
            let mail = mail(MailKind::ResetPassword, "ada@example.org", &url);
            tokio::spawn(async move { mailer.send(mail).await })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap().unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let mut urls: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["url"].as_str().unwrap().to_owned())
        .collect();
    urls.sort();
    urls.dedup();
    assert_eq!(urls.len(), 200);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_at_the_start() {
    assert!(OutboxMailer::open(outbox("missing").join("outbox.jsonl")).is_err());
}

/// A path where nothing is.
fn outbox(test: &str) -> PathBuf {
    let path =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("outbox-{test}-{}.jsonl", std::process::id()));
    fs::remove_file(&path).ok();
    path
}
