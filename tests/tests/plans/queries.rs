//! The table: each method of the repositories, and the indexes that serve what it sends.

use std::future::Future;
use std::pin::Pin;

use auth_core::domain::{AccountChange, Secret, SessionChange, UserChange, VerificationChange};
use auth_core::mail::MailKind;
use auth_core::repository::Resume;
use auth_tests::fixture::context;
use time::Duration;

use super::scene::Scene;

/// A method and what serves it. A primary key may serve any.
pub struct Query {
    /// `noun.method`.
    pub method: &'static str,
    /// All the indexes that its statements use on every engine.
    pub indexes: &'static [&'static str],
    /// Indexes that an engine may take instead, because they find the one row as well, or shows besides.
    pub or: &'static [&'static str],
    /// Whether the few rows that are found are sorted.
    pub sorts: bool,
    /// Calls it.
    pub run: Run,
}

type Run = fn(&Scene) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

/// Methods without an index of their own, with the reason.
pub const EXEMPT: &[(&str, &str)] = &[
    ("users.create", "an INSERT"),
    ("sessions.create", "an INSERT"),
    ("accounts.create", "an INSERT"),
    ("verifications.create", "an INSERT"),
    ("rate_limits.hit", "an INSERT, in whose conflict the unique key decides"),
    ("users.count", "counts every user, for people who administer them"),
    ("sessions.count_expired", COUNTED),
    ("verifications.count_expired", COUNTED),
    ("rate_limits.count_unused", COUNTED),
    ("sessions.forget_origin", "finds the rows of a user, as `sessions.delete_all_of_user` does"),
    (
        "verifications.list_about",
        "LIKE with a text anywhere, for an erasure: reads every verification, and says so",
    ),
    ("verifications.delete_about", "what `list_about` finds, by its ids"),
    (
        "users.search",
        "LIKE with a text anywhere, for people who administer users: reads every user, and says so",
    ),
];

pub const COUNTED: &str =
    "counts what a clean-up would take, for people who operate: index or table, by how much has expired";

/// The table.
pub fn queries() -> Vec<Query> {
    [users(), sessions(), accounts(), verifications(), rate_limits()].into_iter().flatten().collect()
}

fn users() -> Vec<Query> {
    vec![
        serves("users.find", &[PK], |on| Box::pin(async { drop(on.user(10).await) })),
        serves("users.find_many", &[PK], |on| {
            Box::pin(async {
                let some: Vec<_> = (5_000..5_010).map(|number| on.user_id(number)).collect();
                assert_eq!(on.store().users().find_many(&some).await.unwrap().len(), 10);
            })
        }),
        serves("users.find_by_email", &[USERS_EMAIL], |on| {
            Box::pin(async {
                assert!(on.store().users().find_by_email(&on.email(11)).await.unwrap().is_some());
            })
        }),
        serves("users.find_with_credential", &[USERS_EMAIL, ACCOUNTS_USER], |on| {
            Box::pin(async {
                assert!(
                    on.store()
                        .users()
                        .find_with_credential(&on.email(12))
                        .await
                        .unwrap()
                        .unwrap()
                        .1
                        .is_some()
                );
            })
        }),
        serves("users.find_by_id_with_credential", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                let (auth, new) = (&on.fixture.auth, on.email(900_000));
                auth.change_email(&on.user(14).await, &new, None, &context()).await.unwrap();
                let token = on.fixture.mail(MailKind::VerifyEmail).await.unwrap().token;
                auth.verify_email(token.expose(), None, None, &context()).await.unwrap();
            })
        })
        // MariaDB shows no index where an address is looked up that nobody has.
        .or(&[USERS_EMAIL]),
        serves("users.list", &[USERS_NEWEST], |on| {
            Box::pin(async {
                let users = on.store().users();
                let page = users.list(None, 50).await.unwrap();
                assert_eq!(users.list(page.last(), 50).await.unwrap().len(), 50);
                assert_eq!(users.list(Some(&on.user(100_000).await), 50).await.unwrap().len(), 50);
            })
        }),
        serves("users.update", &[PK], |on| {
            Box::pin(async {
                on.store().users().update(&on.user_id(15), named()).await.unwrap().unwrap();
            })
        }),
        serves("users.update_with_email", &[PK], |on| {
            Box::pin(async {
                let user = on.user(16).await;
                on.store().users().update_with_email(&user, named()).await.unwrap().unwrap();
            })
        })
        .or(&[USERS_EMAIL]),
        serves("users.lock", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                on.fixture
                    .auth
                    .unlink_account(&on.user_id(17), &on.account_id(17), &context())
                    .await
                    .unwrap();
            })
        }),
        serves("users.delete", &[PK], |on| {
            Box::pin(async { assert!(on.store().users().delete(&on.user_id(18)).await.unwrap()) })
        })
        // SQLite shows how the foreign keys find what goes along.
        .or(&[ACCOUNTS_USER, SESSIONS_USER]),
    ]
}

fn sessions() -> Vec<Query> {
    vec![
        serves("sessions.find_with_user", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                on.store().sessions().find_with_user(&on.token(20)).await.unwrap().unwrap();
            })
        }),
        serves("sessions.find", &[PK], |on| Box::pin(async { drop(on.session(21).await) })),
        // The index gives the active ones; their order is by another column, and a user has few.
        sorts("sessions.list_active", &[SESSIONS_USER], |on| {
            Box::pin(async {
                assert!(!on.store().sessions().list_active(&on.user_id(22)).await.unwrap().is_empty());
            })
        }),
        serves("sessions.extend", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                let session = on.session(23).await;
                let later = session.expires_at + Duration::days(400);
                on.store().sessions().extend(&session, later).await.unwrap().unwrap();
            })
        }),
        serves("sessions.update", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                let change = SessionChange::default();
                on.store().sessions().update(&on.token(24), change).await.unwrap().unwrap();
            })
        }),
        serves("sessions.delete", &[SESSIONS_TOKEN], |on| {
            Box::pin(async { assert!(on.store().sessions().delete(&on.token(25)).await.unwrap()) })
        }),
        serves("sessions.delete_if_expired", &[SESSIONS_TOKEN], |on| {
            Box::pin(async { assert!(on.store().sessions().delete_if_expired(&on.token(26)).await.unwrap()) })
        }),
        serves("sessions.delete_of_user", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                assert!(on.store().sessions().delete_of_user(&on.user_id(27), &on.token(27)).await.unwrap());
            })
        }),
        serves("sessions.delete_all_of_user", &[SESSIONS_USER], |on| {
            Box::pin(async {
                assert_eq!(on.store().sessions().delete_all_of_user(&on.user_id(28)).await.unwrap(), 5);
            })
        }),
        serves("sessions.delete_others_of_user", &[SESSIONS_USER], |on| {
            Box::pin(async {
                let sessions = on.store().sessions();
                assert_eq!(sessions.delete_others_of_user(&on.user_id(29), &on.token(29)).await.unwrap(), 4);
            })
        }),
        serves("sessions.delete_some", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                let some: Vec<_> =
                    (3_000..3_010).flat_map(|number| [on.token(number), on.next_token(number)]).collect();
                assert_eq!(on.store().sessions().delete_some(&some).await.unwrap(), 20);
            })
        }),
        serves("sessions.find_many", &[SESSIONS_TOKEN], |on| {
            Box::pin(async {
                let some: Vec<_> = (4_000..4_010).map(|number| on.token(number)).collect();
                assert_eq!(on.store().sessions().find_many(&some).await.unwrap().len(), 10);
            })
        }),
        serves("sessions.list_of_user", &[SESSIONS_USER], |on| {
            Box::pin(async {
                let sessions = on.store().sessions();
                let page = sessions.list_of_user(&on.user_id(33), None, 2).await.unwrap();
                assert_eq!(page.len(), 2);
                assert!(!sessions.list_of_user(&on.user_id(33), page.last(), 2).await.unwrap().is_empty());
            })
        }),
        serves("sessions.delete_expired_batch", &[SESSIONS_EXPIRES], |on| {
            Box::pin(async {
                let sessions = on.store().sessions();
                let first = sessions.delete_expired_batch(100, &Resume::default()).await.unwrap();
                assert_eq!(first.deleted, 100);
                let next = sessions.delete_expired_batch(100, &first.next.unwrap()).await.unwrap();
                assert_eq!(next.deleted, 100);
            })
        }),
    ]
}

fn accounts() -> Vec<Query> {
    vec![
        serves("accounts.find_by_provider", &[ACCOUNTS_PROVIDER], |on| {
            Box::pin(async {
                on.store().accounts().find_by_provider("github", &on.text("g", 30)).await.unwrap().unwrap();
            })
        }),
        serves("accounts.find_owner", &[ACCOUNTS_PROVIDER], |on| {
            Box::pin(async {
                on.store().accounts().find_owner("github", &on.text("g", 31)).await.unwrap().unwrap();
            })
        }),
        serves("accounts.find_of_user", &[PK], |on| Box::pin(async { drop(on.account(32).await) }))
            .or(&[ACCOUNTS_USER]),
        serves("accounts.list_by_id", &[PK], |on| {
            Box::pin(async {
                for after in [None, Some(&on.account_id(100_000))] {
                    on.fixture.auth.encrypt_tokens(after, 10, &context()).await.unwrap();
                }
            })
        }),
        serves("accounts.update", &[PK], |on| {
            Box::pin(async {
                let change = AccountChange::default();
                assert!(on.store().accounts().update(&on.account_id(33), change).await.unwrap());
            })
        }),
        serves("accounts.update_unchanged", &[PK], |on| {
            Box::pin(async {
                let read = on.account(34).await;
                let change = AccountChange::default();
                assert!(on.store().accounts().update_unchanged(&read, change).await.unwrap());
            })
        })
        .or(&[ACCOUNTS_USER]),
        serves("accounts.find_credential", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                on.store().accounts().find_credential(&on.user_id(35)).await.unwrap().unwrap();
            })
        }),
        serves("accounts.list", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                assert_eq!(on.store().accounts().list(&on.user_id(36)).await.unwrap().len(), 2);
            })
        }),
        serves("accounts.update_password", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                assert!(
                    on.store()
                        .accounts()
                        .update_password(&on.user_id(37), &Secret::new("new"))
                        .await
                        .unwrap()
                );
            })
        }),
        serves("accounts.update_password_asked_at", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                let (accounts, new) = (on.store().accounts(), Secret::new("new"));
                let now = on.fixture.auth.store().clock().now();
                assert!(accounts.update_password_asked_at(&on.user_id(38), &new, now).await.unwrap());
            })
        }),
        serves("accounts.touch_credential", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                // One whose address is not verified changes it at once.
                let (user, new) = (on.user(39).await, on.email(900_001));
                on.fixture.auth.change_email(&user, &new, None, &context()).await.unwrap();
                on.fixture.auth.settle().await;
            })
        })
        // MariaDB shows no index where an address is looked up that nobody has.
        .or(&[USERS_EMAIL]),
        serves("accounts.replace_password", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                let (read, new) = (Secret::new("hash"), Secret::new("new"));
                assert!(on.store().accounts().replace_password(&on.user_id(40), &read, &new).await.unwrap());
            })
        }),
        serves("accounts.fill_password", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                let new = Secret::new("new");
                assert!(!on.store().accounts().fill_password(&on.user_id(41), &new).await.unwrap());
            })
        }),
        serves("accounts.delete", &[PK], |on| {
            Box::pin(async { assert!(on.store().accounts().delete(&on.account_id(42)).await.unwrap()) })
        }),
        serves("accounts.delete_all_of_user", &[ACCOUNTS_USER], |on| {
            Box::pin(async {
                assert_eq!(on.store().accounts().delete_all_of_user(&on.user_id(43)).await.unwrap(), 2);
            })
        }),
    ]
}

fn verifications() -> Vec<Query> {
    vec![
        serves("verifications.find", &[VERIFICATIONS_IDENTIFIER], |on| {
            Box::pin(async {
                on.store().verifications().find(&on.text("i", 150_000)).await.unwrap().unwrap();
            })
        }),
        serves("verifications.consume", &[VERIFICATIONS_IDENTIFIER], |on| {
            Box::pin(async {
                on.store().verifications().consume(&on.text("i", 150_001)).await.unwrap().unwrap();
            })
        }),
        serves("verifications.update", &[VERIFICATIONS_IDENTIFIER], |on| {
            Box::pin(async {
                let change = VerificationChange::default();
                assert_eq!(
                    on.store().verifications().update(&on.text("i", 150_002), change).await.unwrap(),
                    1
                );
            })
        }),
        serves("verifications.delete", &[VERIFICATIONS_IDENTIFIER], |on| {
            Box::pin(async {
                assert_eq!(on.store().verifications().delete(&on.text("i", 150_003)).await.unwrap(), 1);
            })
        }),
        serves("verifications.delete_expired_batch", &[VERIFICATIONS_EXPIRES], |on| {
            Box::pin(async {
                let verifications = on.store().verifications();
                let first = verifications.delete_expired_batch(100, &Resume::default()).await.unwrap();
                assert_eq!(first.deleted, 100);
                let next = verifications.delete_expired_batch(100, &first.next.unwrap()).await.unwrap();
                assert_eq!(next.deleted, 100);
            })
        }),
    ]
}

fn rate_limits() -> Vec<Query> {
    vec![
        serves("rate_limits.forget", &[RATE_LIMITS_KEY], |on| {
            Box::pin(async {
                assert!(on.store().rate_limits().forget(&on.text("k", 50)).await.unwrap());
            })
        }),
        serves("rate_limits.delete_unused_batch", &[RATE_LIMITS_LAST], |on| {
            Box::pin(async {
                let counters = on.store().rate_limits();
                assert_eq!(counters.delete_unused_batch(Duration::hours(1), 100).await.unwrap(), 100);
            })
        }),
    ]
}

pub fn serves(method: &'static str, indexes: &'static [&'static str], run: Run) -> Query {
    Query { method, indexes, or: &[], sorts: false, run }
}

impl Query {
    /// Whether an index is one that may serve it.
    pub fn may_use(&self, index: &str) -> bool {
        index == PK || self.indexes.contains(&index) || self.or.contains(&index)
    }

    pub fn or(self, or: &'static [&'static str]) -> Self {
        Self { or, ..self }
    }
}

fn sorts(method: &'static str, indexes: &'static [&'static str], run: Run) -> Query {
    Query { sorts: true, ..serves(method, indexes, run) }
}

fn named() -> UserChange {
    UserChange { name: Some("Another".to_owned()), ..UserChange::default() }
}

pub const PK: &str = super::PRIMARY_KEY;
const USERS_EMAIL: &str = "auth_users_email_key";
const USERS_NEWEST: &str = "auth_users_created_at_id_idx";
const SESSIONS_TOKEN: &str = "auth_sessions_token_key";
const SESSIONS_USER: &str = "auth_sessions_user_id_expires_at_idx";
const SESSIONS_EXPIRES: &str = "auth_sessions_expires_at_idx";
const ACCOUNTS_PROVIDER: &str = "auth_accounts_provider_id_account_id_key";
const ACCOUNTS_USER: &str = "auth_accounts_user_id_provider_id_idx";
const VERIFICATIONS_IDENTIFIER: &str = "auth_verifications_identifier_created_at_idx";
const VERIFICATIONS_EXPIRES: &str = "auth_verifications_expires_at_idx";
const RATE_LIMITS_KEY: &str = "auth_rate_limits_key_key";
const RATE_LIMITS_LAST: &str = "auth_rate_limits_last_request_idx";
