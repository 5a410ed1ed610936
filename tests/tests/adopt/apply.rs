//! What applying does, and what it never does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use auth_cli::adopt::{Decision, Orders, Rule, Shown};
use auth_tests::backend::{Backend, TestDatabase};

use crate::stage::Stage;

pub async fn a_rule_sets_aside_and_moves_nothing(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let owners = stage.owners().await;
    let report = stage.rule(Rule::KeepOldest).await;
    assert!(report.is_done(), "{report:?}");
    // Ada's two rows change, Bob's gets lower case; one account of two goes out of the way, twice.
    assert_eq!((report.applied, report.rows), (4, 5), "{report:?}");
    assert_eq!(
        stage.emails().await,
        ["ada@example.com", "ada2@duplicate.invalid", "bob@example.com", "eve@example.com"]
    );
    let providers = stage.list(r#"SELECT "providerId" FROM "account" ORDER BY "id""#).await;
    assert_eq!(
        providers,
        [
            "github",
            "github#set-aside-gh2",
            "credential",
            "credential",
            "credential",
            "credential#set-aside-pw4"
        ]
    );
    assert_eq!(stage.owners().await, owners);
    assert_eq!(stage.backups().await, "5");
    for what in ["unique index user_email_key", "unique index account_providerId_accountId_key"] {
        assert!(report.added.iter().any(|added| added.contains(what)), "{what}: {:?}", report.added);
    }
    let plan = stage.inspect().await;
    assert!(plan.is_done(), "{plan:?}");
    let again = stage.rule(Rule::KeepOldest).await;
    assert!(again.is_done() && again.applied == 0 && again.added.is_empty(), "{again:?}");
    assert_eq!(stage.backups().await, "5");
}

pub async fn every_decision_does_what_it_says_once(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.user("ada3", "ADA@example.com", "09", true).await;
    stage.session("s9", "ada3", "09").await;
    stage.account("pw9", ("credential", "ada3"), "ada3", "09").await;
    stage.inspect().await;
    stage.decide(&[
        ("ada1", Decision::ChangeEmail("Ada.First@Example.com".into())),
        ("ada2", Decision::Keep),
        ("ada3", Decision::Delete),
        ("bob1", Decision::Keep),
        ("gh1", Decision::Delete),
        ("gh2", Decision::Keep),
        ("pw3", Decision::SetAside),
        ("pw4", Decision::Keep),
    ]);
    let report = stage.apply().await;
    assert!(report.is_done(), "{report:?}");
    assert_eq!(
        stage.emails().await,
        ["ada.first@example.com", "ada@example.com", "bob@example.com", "eve@example.com"]
    );
    let owners = stage.owners().await;
    assert!(
        owners.contains(&"session s3 of ada2".to_owned())
            && owners.contains(&"account gh2 of eve1".to_owned())
    );
    assert!(!owners.iter().any(|owner| owner.contains("ada3") || owner.contains("gh1")), "{owners:?}");
    // Ada's change, the third Ada with a session and an account, Bob, and two accounts.
    assert_eq!(stage.backups().await, "7");
    let saved = stage.list("SELECT row_id FROM auth_adoption_backups ORDER BY row_id").await;
    assert_eq!(saved, ["ada1", "ada3", "bob1", "gh1", "pw3", "pw9", "s9"]);
    let row = stage
        .ask("SELECT CAST(row_json AS CHAR(4000)) FROM auth_adoption_backups WHERE row_id = 'pw9'")
        .await;
    assert!(row.contains("salt:hash") && row.contains("providerId"), "{row}");

    let again = stage.apply().await;
    assert!(again.is_done() && again.applied == 0 && again.done == 4, "{again:?}");
    assert_eq!(stage.backups().await, "7");
}

pub async fn a_changed_row_is_left_alone(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.inspect().await;
    stage.decide(&[
        ("ada1", Decision::Keep),
        ("ada2", Decision::Delete),
        ("gh1", Decision::Keep),
        ("gh2", Decision::SetAside),
        ("bob1", Decision::Keep),
    ]);
    stage.session("s10", "ada2", "10").await;
    stage.run(r#"UPDATE "account" SET "userId" = 'bob1' WHERE "id" = 'gh2'"#).await;
    stage.run(r#"UPDATE "user" SET "email" = 'BOB@other.com' WHERE "id" = 'bob1'"#).await;
    let (owners, emails) = (stage.owners().await, stage.emails().await);
    let report = stage.apply().await;
    assert_eq!((report.applied, report.refused, report.undecided), (0, 3, 1), "{report:?}");
    assert!(!report.is_done() && report.left == 3, "{report:?}");
    assert_eq!((stage.owners().await, stage.emails().await), (owners, emails));
    assert_eq!(stage.backups().await, "0");
    assert!(report.added.is_empty(), "no index is made while values stand twice");
}

pub async fn what_is_not_decided_is_not_applied(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.inspect().await;
    let (owners, emails) = (stage.owners().await, stage.emails().await);
    let change = |email: &str| Decision::ChangeEmail(email.into());
    for (decisions, reason) in [
        (vec![], "no row has a decision"),
        (vec![("ada1", Decision::Keep)], "row ada2 has no decision"),
        (vec![("ada1", Decision::Keep), ("ada2", Decision::Keep)], "2 rows are kept"),
        (vec![("ada1", Decision::SetAside), ("ada2", Decision::SetAside)], "0 rows are kept"),
        (vec![("ada1", Decision::Keep), ("ada2", change("nobody"))], "is not an e-mail address"),
        (vec![("ada1", Decision::Keep), ("ada2", change("ADA@example.com"))], "stands in the case already"),
        (vec![("ada1", Decision::Keep), ("ada2", change("bob@example.com"))], "another user has"),
        (vec![("gh1", Decision::Keep), ("gh2", change("x@example.com"))], "an account has no address"),
    ] {
        stage.decide(&decisions);
        let report = stage.apply().await;
        assert_eq!((report.applied, report.undecided + report.refused), (0, 4), "{report:?}");
        assert!(report.open.iter().any(|open| open.reason.contains(reason)), "{reason}: {report:?}");
    }
    assert_eq!((stage.owners().await, stage.emails().await), (owners, emails));
    assert_eq!(stage.backups().await, "0");
    // A rule decides what is open, and leaves what a person has begun.
    stage.decide(&[("ada1", Decision::Keep)]);
    let report = stage.order(Some(&stage.file), Some(Rule::KeepNewest)).await;
    assert_eq!((report.applied, report.undecided), (3, 1), "{report:?}");
}

pub async fn two_runs_at_once(database: Arc<TestDatabase>) {
    let stage = Stage::empty(&database).await;
    for number in 0..40 {
        stage.user(&format!("a{number}"), &format!("u{number}@example.com"), "01", false).await;
        stage.user(&format!("b{number}"), &format!("u{number}@example.com"), "02", false).await;
    }
    let (left, right) = (stage.open().await, stage.open().await);
    let stop = AtomicBool::new(false);
    let orders = Orders { file: None, rule: Some(Rule::KeepOldest), shown: Shown::None, stop: &stop };
    let (left, right) = tokio::join!(left.adopt(&orders), right.adopt(&orders));
    let (left, right) = (left.expect("it is applied"), right.expect("it is applied"));
    assert_eq!(left.applied + right.applied, 40, "{left:?} {right:?}");
    assert!(left.is_done() && right.is_done(), "{left:?} {right:?}");
    assert_eq!(stage.backups().await, "40");
}

pub async fn a_stopped_run_is_gone_on_with(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let owners = stage.owners().await;
    let stop = AtomicBool::new(true);
    let orders = Orders { file: None, rule: Some(Rule::KeepOldest), shown: Shown::None, stop: &stop };
    let opened = stage.open().await;
    let report = opened.adopt(&orders).await.expect("it stops");
    assert!(report.stopped && !report.is_done() && report.applied == 0, "{report:?}");
    stop.store(false, Ordering::Relaxed);
    assert!(opened.adopt(&orders).await.expect("it goes on").is_done());
    assert_eq!(stage.owners().await, owners);
}

pub async fn nothing_goes_without_a_backup(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let id = if database.backend() == Backend::Mysql { "varchar(36)" } else { "text" };
    stage
        .run(&format!(
            r#"CREATE TABLE "passkey" ("id" {id} PRIMARY KEY, "userId" {id} REFERENCES "user" ("id") ON DELETE CASCADE)"#
        ))
        .await;
    stage.run(r#"INSERT INTO "passkey" ("id", "userId") VALUES ('p1', 'ada2')"#).await;
    stage.inspect().await;
    stage.decide(&[("ada1", Decision::Keep), ("ada2", Decision::Delete)]);
    let report = stage.apply().await;
    assert!(
        report.open.iter().any(|open| open.reason.contains("table passkey points to user")),
        "{report:?}"
    );
    assert_eq!(stage.ask(r#"SELECT COUNT(*) FROM "passkey""#).await, "1");
    assert_eq!(stage.emails().await.len(), 4);
    assert_eq!(stage.backups().await, "0");
}

pub async fn left_over_columns_are_backed_up(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let (kind, default) =
        if database.backend() == Backend::Mysql { ("varchar(255)", "") } else { ("text", " DEFAULT ''") };
    stage.run(&format!(r#"ALTER TABLE "account" ADD COLUMN "issuer" {kind} NOT NULL{default}"#)).await;
    stage.run(r#"UPDATE "account" SET "issuer" = 'https://github.com'"#).await;
    if database.backend() == Backend::Postgres {
        stage.run(r#"ALTER TABLE "account" ALTER COLUMN "issuer" DROP DEFAULT"#).await;
    }
    let plan = stage.inspect().await;
    assert!(plan.left_over.iter().any(|it| it.problem.contains("account.issuer")), "{plan:?}");
    stage.decide(&[("gh1", Decision::Keep), ("gh2", Decision::Delete)]);
    let report = stage.apply().await;
    assert_eq!(report.applied, 1, "{report:?}");
    let row = stage
        .ask("SELECT CAST(row_json AS CHAR(4000)) FROM auth_adoption_backups WHERE row_id = 'gh2'")
        .await;
    assert!(row.contains("https://github.com"), "{row}");
}

pub async fn accounts_that_differ_by_case_are_two(database: Arc<TestDatabase>) {
    let stage = Stage::empty(&database).await;
    stage.user("ada1", "jose@example.com", "01", true).await;
    stage.user("ada2", "josé@example.com", "02", true).await;
    stage.account("ms1", ("microsoft", "AbC"), "ada1", "01").await;
    stage.account("ms2", ("microsoft", "aBc"), "ada2", "02").await;
    let plan = stage.inspect().await;
    assert_eq!(plan.cases(), 0, "{plan:?}");
    let report = stage.order(None, None).await;
    assert!(report.is_done() && report.added.iter().any(|it| it.contains("user_email_key")), "{report:?}");
    assert!(stage.inspect().await.is_done());
}

pub async fn an_index_tells_them_apart(database: Arc<TestDatabase>) {
    let stage = Stage::unique(&database).await;
    stage.user("ada1", "Ada@Example.com", "01", true).await;
    stage.user("ada2", "ada@example.com", "02", true).await;
    let report = stage.rule(Rule::KeepOldest).await;
    assert!(report.is_done() && report.applied == 1, "{report:?}");
    assert_eq!(stage.emails().await, ["ada@example.com", "ada2@duplicate.invalid"]);
}
