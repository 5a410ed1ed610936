//! Mail over SMTP, against a server that writes down what it hears.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail as loudly as the test")]

mod support;

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::domain::Secret;
use auth_core::mail::{Mail, MailError, MailKind, Mailer};
use auth_mail::{Letter, SmtpBuilder, SmtpError, SmtpMailer, SmtpSettingsError, SmtpTls};
use support::mail;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Every line that clients said.
type Heard = Arc<Mutex<Vec<String>>>;

/// How the server answers a recipient.
const TAKES: &str = "250 ok";

async fn server(recipient: &'static str) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let writes = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, Arc::clone(&writes), recipient));
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, heard: Heard, recipient: &'static str) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut in_data = false;
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        heard.lock().unwrap().push(line.clone());
        let answer = match line.split(' ').next().unwrap_or_default() {
            "." if in_data => "250 taken",
            _ if in_data => continue,
            "EHLO" => "250-test\r\n250 AUTH PLAIN",
            "AUTH" => "235 welcome",
            "RCPT" => recipient,
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        in_data = answer.starts_with("354");
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn builder(port: u16) -> SmtpBuilder {
    SmtpMailer::builder("127.0.0.1", "Example <accounts@example.org>").port(port).tls(SmtpTls::None)
}

fn text(heard: &Heard) -> String {
    // Long lines are broken by "=" at their end, and "=3D" is "=".
    heard.lock().unwrap().join("\n").replace("=\n", "").replace("=3D", "=")
}

fn cause(error: &MailError) -> SmtpError {
    *error.source().unwrap().downcast_ref::<SmtpError>().unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_text_and_html() {
    let (port, heard) = server(TAKES).await;
    let mailer = builder(port).credentials("user", Secret::new("pass")).build().unwrap();
    let url = "https://a.example/reset?token=tok&x='<\"";
    mailer.send(mail(MailKind::ResetPassword, "ada@example.org", url)).await.unwrap();
    let text = text(&heard);
    for wanted in [
        "EHLO example.org",
        // user and pass, each behind a zero byte.
        "AUTH PLAIN AHVzZXIAcGFzcw",
        "MAIL FROM:<accounts@example.org>",
        "RCPT TO:<ada@example.org>",
        "From: Example <accounts@example.org>",
        "To: ada@example.org",
        "Subject: Reset your password",
        "Content-Type: text/plain",
        url,
        "Content-Type: text/html",
        "href=\"https://a.example/reset?token=tok&amp;x='&lt;&quot;\"",
        "Date: ",
        "@example.org>",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(!text.contains("Eve"), "the person's name is not in the letter");
}

#[tokio::test]
async fn every_kind_has_words_of_its_own() {
    let (port, heard) = server(TAKES).await;
    let mailer = builder(port).build().unwrap();
    for kind in
        [MailKind::ResetPassword, MailKind::VerifyEmail, MailKind::ChangeEmail, MailKind::DeleteAccount]
    {
        let mut mail = mail(kind, "ada@example.org", "https://a.example/");
        mail.new_email = Some("<b>@example.org".to_owned());
        mailer.send(mail).await.unwrap();
    }
    let text = text(&heard);
    let mut subjects: Vec<&str> = text.lines().filter(|line| line.starts_with("Subject: ")).collect();
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert!(
        text.contains("address to <b>@example.org.") && text.contains("address to &lt;b&gt;@example.org.")
    );
}

#[tokio::test]
async fn nothing_from_outside_becomes_a_header_or_a_command() {
    let (port, heard) = server(TAKES).await;
    let mailer = builder(port)
        .letters(|_: &Mail| Letter {
            subject: "Hello\r\nBcc: eve@example.org\r\n\r\nbody".to_owned(),
            text: "first\r\n.\r\nRCPT TO:<eve@example.org>\r\n".to_owned(),
            html: String::new(),
        })
        .build()
        .unwrap();
    for to in [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nRCPT TO:<eve@example.org>",
        "ada@example.org>\r\nDATA",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "",
    ] {
        let error = mailer.send(mail(MailKind::VerifyEmail, to, "https://a.example/")).await.unwrap_err();
        assert_eq!(cause(&error), SmtpError::InvalidAddress, "{to:?}");
    }
    assert!(heard.lock().unwrap().is_empty(), "nothing was said to the server");

    mailer.send(mail(MailKind::VerifyEmail, "ada@example.org", "https://a.example/")).await.unwrap();
    let heard = heard.lock().unwrap();
    assert!(!heard.iter().any(|line| line.starts_with("Bcc:")), "{heard:?}");
    assert_eq!(heard.iter().filter(|line| *line == ".").count(), 1, "the letter ends once: {heard:?}");
    let end = heard.iter().position(|line| line == ".").unwrap();
    assert!(!heard[end..].iter().any(|line| line.starts_with("RCPT")), "{heard:?}");
}

#[tokio::test]
async fn a_refusal_tells_the_code_and_no_address() {
    let (port, _) = server("550 5.1.1 <ada@example.org> is unknown here").await;
    let error =
        builder(port).build().unwrap().send(mail(MailKind::VerifyEmail, "ada@example.org", "u")).await;
    let error = error.unwrap_err();
    assert_eq!(cause(&error), SmtpError::Refused { code: 550 });
    assert!(!format!("{error} {error:?}").contains("ada"));
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = builder(port).timeout(Duration::from_millis(50)).build().unwrap();
    let error = silent.send(mail(MailKind::VerifyEmail, "ada@example.org", "u")).await.unwrap_err();
    assert_eq!(cause(&error), SmtpError::TimedOut);
    drop(listener);
    let error = silent.send(mail(MailKind::VerifyEmail, "ada@example.org", "u")).await.unwrap_err();
    assert_eq!(cause(&error), SmtpError::Unreachable);
}

#[tokio::test]
async fn without_tls_at_the_server_nothing_is_sent() {
    let (port, heard) = server(TAKES).await;
    let mailer =
        builder(port).tls(SmtpTls::StartTls).credentials("user", Secret::new("pass")).build().unwrap();
    mailer.send(mail(MailKind::VerifyEmail, "ada@example.org", "u")).await.unwrap_err();
    let text = text(&heard);
    assert!(!text.contains("AUTH") && !text.contains("MAIL"), "{text}");
}

#[test]
fn settings_that_cannot_work_are_told_at_the_start() {
    let build = |host: &str, from: &str| SmtpMailer::builder(host, from);
    let error = build("smtp.example.org", "no address").build().unwrap_err();
    assert_eq!(error, SmtpSettingsError::InvalidSender);
    let injected = build("smtp.example.org", "A\r\nBcc: eve@example.org <a@example.org>").build();
    assert!(injected.is_err() || !format!("{injected:?}").contains("Bcc"));
    let clear =
        build("smtp.example.org", "a@example.org").tls(SmtpTls::None).credentials("u", Secret::new("p"));
    assert_eq!(clear.build().unwrap_err(), SmtpSettingsError::PasswordInTheClear);
    let debug = format!("{:?}", build("h", "a@example.org").credentials("u", Secret::new("hidden")));
    assert!(!debug.contains("hidden"));
}
