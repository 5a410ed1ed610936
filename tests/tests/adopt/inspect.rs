//! What an inspection finds and writes.

use std::sync::Arc;

use auth_cli::adopt::{AdoptError, Count, Decision, Kind, Shown};
use auth_tests::backend::TestDatabase;

use crate::stage::Stage;

pub async fn what_stands_twice_is_told(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let plan = stage.inspect().await;
    assert_eq!(plan.email, Count { cases: 1, rows: 2 });
    assert_eq!(plan.upper_case, Count { cases: 1, rows: 1 });
    assert_eq!(plan.account, Count { cases: 2, rows: 4 });
    assert_eq!(plan.account_of_one_user, 1);
    assert_eq!((plan.users, plan.sessions, plan.accounts), (4, 4, 6));
    assert!(plan.missing.iter().any(|what| what.contains("unique index user_email_key")), "{plan:?}");
    assert!(plan.missing.iter().any(|what| what.contains("unique index account_")), "{plan:?}");

    let cases = stage.cases();
    let case = |value: &str| cases.iter().find(|case| case.value == value).expect(value);
    let ada = case("ada@example.com");
    assert_eq!(ada.kind, Kind::Email);
    let [first, second] = &ada.rows[..] else { panic!("two rows: {ada:?}") };
    assert_eq!((first.id.as_str(), first.email.as_deref()), ("ada1", Some("Ada@Example.com")));
    assert!(first.email_verified && first.has_password && !second.email_verified);
    let providers: Vec<_> = first.accounts.iter().map(|account| account.provider_id.as_str()).collect();
    assert_eq!(providers, ["github", "credential"]);
    assert_eq!((first.sessions, second.sessions), (1, 2));
    assert!(second.last_session_at > first.last_session_at && first.last_session_at.is_some());
    assert!(first.created_at < second.created_at);
    assert_eq!(case("bob@example.com").kind, Kind::UpperCase);
    let github = case("github 4711");
    let users = github.rows.iter().filter_map(|row| row.account.as_ref()).map(|it| it.user_id.as_str());
    assert_eq!(users.collect::<Vec<_>>(), ["ada1", "eve1"]);
    assert_eq!(github.rows[1].email.as_deref(), Some("eve@example.com"));
    assert!(case("credential bob1").is_of_one_user());
}

pub async fn an_inspection_changes_nothing(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let (owners, emails) = (stage.owners().await, stage.emails().await);
    let plan = stage.inspect().await;
    assert_eq!(stage.inspect().await, plan);
    assert_eq!((stage.owners().await, stage.emails().await), (owners, emails));
    let found = stage.look().await;
    assert!(!format!("{found:?}").contains("auth_adoption_backups"), "no table of backups is made");
}

pub async fn a_file_with_decisions_stays(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.inspect().await;
    stage.decide(&[("ada1", Decision::Keep), ("ada2", Decision::SetAside)]);
    let again = stage.look().await.inspect(&stage.file, false, Shown::None).await;
    assert!(matches!(again, Err(AdoptError::Decided { .. })), "{again:?}");
    assert!(stage.cases().iter().any(|case| case.rows[0].decision.is_some()));
    stage.look().await.inspect(&stage.file, true, Shown::None).await.expect("by force");
    assert!(stage.cases().iter().all(|case| case.rows[0].decision.is_none()));
}

pub async fn more_cases_than_a_page(database: Arc<TestDatabase>) {
    let stage = Stage::empty(&database).await;
    for number in 0..230 {
        let day = format!("{:02}", 1 + number % 28);
        stage.user(&format!("a{number}"), &format!("User{number}@example.com"), &day, false).await;
        stage.user(&format!("b{number}"), &format!("user{number}@example.com"), "29", false).await;
        stage
            .account(&format!("x{number}"), ("github", &number.to_string()), &format!("a{number}"), &day)
            .await;
        stage
            .account(&format!("y{number}"), ("github", &number.to_string()), &format!("b{number}"), &day)
            .await;
    }
    let plan = stage.inspect().await;
    assert_eq!(plan.email, Count { cases: 230, rows: 460 });
    assert_eq!(plan.account, Count { cases: 230, rows: 460 });
    let mut values: Vec<String> = stage.cases().into_iter().map(|case| case.value).collect();
    values.sort();
    values.dedup();
    assert_eq!(values.len(), 460);
}
