//! Users, sessions and what has expired, from the command line.

use std::error::Error;
use std::fmt::Write;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use auth_core::Auth;
use auth_core::adapter::{Filter, Operator, Value};
use auth_core::domain::{Email, RequestContext, User};
use auth_core::schema::session;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use time::format_description::well_known::Rfc3339;

use crate::AuthInitializer;
use crate::error::told;

/// The task `auth`; hooks run as in the server.
///
/// | `task auth …` | does |
/// |---|---|
/// | `do:list-users [limit:50]` | lists the newest users, 100 unless told |
/// | `do:revoke-sessions email:ADDRESS` | ends every session of a user |
/// | `do:delete-expired-sessions email:ADDRESS` | deletes those sessions of a user that have expired |
/// | `do:delete-expired [batch-size:1000] [pause-ms:100]` | deletes everybody's sessions and verifications that have expired, counters of requests, and events that are too old, in batches |
#[derive(Debug)]
pub struct AuthTask {
    initializer: AuthInitializer,
}

impl AuthTask {
    /// The task of an application with this initializer.
    pub fn new(initializer: AuthInitializer) -> Self {
        Self { initializer }
    }

    /// Does what the variables ask for, and gives what there is to say.
    ///
    /// # Errors
    ///
    /// Tells which variable is missing or wrong, or what failed in the database.
    pub async fn perform(&self, ctx: &AppContext, vars: &Vars) -> loco_rs::Result<String> {
        let action = Action::read(vars).map_err(|error| told(&error))?;
        let auth = self.initializer.build(ctx).await?;
        match action {
            Action::ListUsers { limit } => list_users(&auth, limit).await,
            Action::RevokeSessions { email } => {
                let user = find_user(&auth, &email).await?;
                let revoked = auth.revoke_sessions(&user.id, &RequestContext::new().operator()).await;
                Ok(format!("revoked sessions: {}", revoked.map_err(|error| told(&error))?))
            }
            Action::DeleteExpiredSessions { email } => {
                let user = find_user(&auth, &email).await?;
                let deleted = delete_expired_sessions(&auth, &user).await.map_err(|error| told(&*error))?;
                Ok(format!("deleted expired sessions: {deleted}"))
            }
            Action::DeleteExpired { batch_size, pause_ms } => {
                delete_expired(&auth, batch_size, pause_ms).await
            }
        }
    }
}

#[async_trait]
impl Task for AuthTask {
    fn task(&self) -> TaskInfo {
        TaskInfo { name: "auth".to_owned(), detail: format!("users and sessions: {USAGE}") }
    }

    async fn run(&self, ctx: &AppContext, vars: &Vars) -> loco_rs::Result<()> {
        println!("{}", self.perform(ctx, vars).await?);
        Ok(())
    }
}

/// The variables do not say what to do.
#[derive(Debug, thiserror::Error)]
#[error("{problem}; the task takes {USAGE}")]
struct NotUnderstood {
    problem: String,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Action {
    ListUsers { limit: u64 },
    RevokeSessions { email: Email },
    DeleteExpiredSessions { email: Email },
    DeleteExpired { batch_size: Option<NonZeroU32>, pause_ms: Option<u32> },
}

impl Action {
    fn read(vars: &Vars) -> Result<Self, NotUnderstood> {
        let known = ["do", "email", "limit", "batch-size", "pause-ms"];
        if let Some(unknown) = vars.cli.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(refused(&format!("there is no {unknown:?}")));
        }
        match vars.cli.get("do").map(String::as_str) {
            Some("list-users") => {
                let limit = vars.cli.get("limit").map_or(Ok(DEFAULT_LIMIT), |limit| limit.parse());
                limit.map(|limit| Self::ListUsers { limit }).map_err(|_| refused("limit is not a number"))
            }
            Some("revoke-sessions") => Ok(Self::RevokeSessions { email: email(vars)? }),
            Some("delete-expired-sessions") => Ok(Self::DeleteExpiredSessions { email: email(vars)? }),
            Some("delete-expired") => {
                let (batch_size, pause_ms) = (number(vars, "batch-size")?, number(vars, "pause-ms")?);
                Ok(Self::DeleteExpired { batch_size, pause_ms })
            }
            Some(other) => Err(refused(&format!("there is no do:{other}"))),
            None => Err(refused("it is not said what to do")),
        }
    }
}

fn number<N: FromStr>(vars: &Vars, name: &str) -> Result<Option<N>, NotUnderstood> {
    let number = vars.cli.get(name).map(|text| text.parse()).transpose();
    number.map_err(|_| refused(&format!("{name} is not a number that fits")))
}

fn email(vars: &Vars) -> Result<Email, NotUnderstood> {
    let text = vars.cli.get("email").ok_or_else(|| refused("email is missing"))?;
    Email::parse(text).map_err(|error| refused(&format!("email is {error}")))
}

fn refused(problem: &str) -> NotUnderstood {
    NotUnderstood { problem: problem.to_owned() }
}

async fn find_user(auth: &Auth, email: &Email) -> loco_rs::Result<User> {
    let found = auth.store().users().find_by_email(email).await.map_err(|error| told(&error))?;
    found.ok_or_else(|| loco_rs::Error::Message(format!("nobody has the address {}", email.as_str())))
}

/// One line for each user; names are escaped, because a terminal obeys control characters.
async fn list_users(auth: &Auth, limit: u64) -> loco_rs::Result<String> {
    let users = auth.store().users().list(None, limit).await.map_err(|error| told(&error))?;
    let mut text = format!("users: {}", users.len());
    for user in users {
        let created_at = user.created_at.format(&Rfc3339).unwrap_or_default();
        let (id, email, name) = (user.id.as_str(), user.email.as_str(), user.name);
        write!(text, "\n{id}\t{}\t{created_at}\t{name:?}", email.escape_debug())
            .map_err(|error| told(&error))?;
    }
    Ok(text)
}

/// Deletes them one by one, so that hooks run and one that is extended meanwhile stays.
async fn delete_expired_sessions(auth: &Auth, user: &User) -> Result<u64, Box<dyn Error>> {
    let store = auth.store();
    let expired = Filter::equal(session::USER_ID, user.id.as_str()).and(
        session::EXPIRES_AT,
        Operator::LessOrEqual,
        store.clock().now(),
    );
    let rows = store.model("session")?;
    let mut deleted = 0;
    for mut row in rows.find_all(rows.query().filter(expired).select(vec![session::TOKEN])).await? {
        let Some(Value::Text(token)) = row.record.take(session::TOKEN) else { continue };
        let token = store.sessions().token_of_row(token);
        deleted += u64::from(store.sessions().delete_if_expired(&token).await?);
    }
    Ok(deleted)
}

/// Deletes what has expired, whoever's it is, at the pace that is asked for, else at the application's.
async fn delete_expired(
    auth: &Auth,
    batch_size: Option<NonZeroU32>,
    pause_ms: Option<u32>,
) -> loco_rs::Result<String> {
    let mut config = auth.maintenance_config().clone();
    config.batch_size = batch_size.map_or(config.batch_size, NonZeroU32::get);
    config.pause = pause_ms.map_or(config.pause, |pause| Duration::from_millis(pause.into()));
    let expired = auth.delete_expired_with(&config, &mut |_| {}, &RequestContext::new().system()).await;
    let expired = expired.map_err(|error| told(&error))?;
    let mut text = format!(
        "deleted: sessions {}, verifications {}, rate limits {}",
        expired.sessions, expired.verifications, expired.rate_limits
    );
    if auth.store().events().is_some() {
        write!(text, ", events {}", expired.events).map_err(|error| told(&error))?;
    }
    if expired.kept > 0 {
        write!(text, "; kept by hooks {}", expired.kept).map_err(|error| told(&error))?;
    }
    Ok(text)
}

const USAGE: &str = "do:list-users [limit:100], do:revoke-sessions email:ADDRESS, do:delete-expired-sessions \
     email:ADDRESS, do:delete-expired [batch-size:1000] [pause-ms:100]";
const DEFAULT_LIMIT: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Action, String> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Action::read(&Vars::from_cli_args(vars)).map_err(|error| error.to_string())
    }

    #[test]
    fn variables_say_what_to_do() {
        let ada = Email::parse("ada@example.com").unwrap();
        assert_eq!(read(&[("do", "list-users")]), Ok(Action::ListUsers { limit: 100 }));
        assert_eq!(read(&[("do", "list-users"), ("limit", "5")]), Ok(Action::ListUsers { limit: 5 }));
        let revoke = read(&[("do", "revoke-sessions"), ("email", "Ada@example.com")]);
        assert_eq!(revoke, Ok(Action::RevokeSessions { email: ada.clone() }));
        let delete = read(&[("do", "delete-expired-sessions"), ("email", "ada@example.com")]);
        assert_eq!(delete, Ok(Action::DeleteExpiredSessions { email: ada }));
        let usual = Action::DeleteExpired { batch_size: None, pause_ms: None };
        assert_eq!(read(&[("do", "delete-expired")]), Ok(usual));
        let slow = read(&[("do", "delete-expired"), ("batch-size", "50"), ("pause-ms", "10")]);
        assert_eq!(slow, Ok(Action::DeleteExpired { batch_size: NonZeroU32::new(50), pause_ms: Some(10) }));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_right() {
        let cases: [(&[(&str, &str)], &str); 8] = [
            (&[], "it is not said what to do"),
            (&[("do", "dance")], "there is no do:dance"),
            (&[("do", "revoke-sessions")], "email is missing"),
            (&[("do", "revoke-sessions"), ("email", "ada")], "email is not an e-mail address"),
            (&[("do", "list-users"), ("limit", "few")], "limit is not a number"),
            (&[("do", "delete-expired"), ("batch-size", "0")], "batch-size is not a number that fits"),
            (&[("do", "delete-expired"), ("pause-ms", "-1")], "pause-ms is not a number that fits"),
            (&[("do", "list-users"), ("user", "ada")], "there is no \"user\""),
        ];
        for (vars, problem) in cases {
            let text = read(vars).unwrap_err();
            assert!(text.starts_with(problem) && text.contains("do:list-users"), "{text}");
        }
    }
}
