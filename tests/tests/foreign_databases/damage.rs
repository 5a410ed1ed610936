//! Damaged databases: each damage is named with its grade, and what is said to mend it mends it.

use std::sync::Arc;

use auth_cli::migrate;
use auth_core::adapter::seaorm::{Finding, Grade};
use auth_core::{DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::Case;
use sea_orm::ConnectionTrait;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("every_damage_is_named_graded_and_mended", damages),
        Case::new("foreign_keys_that_are_switched_off_are_told", switched_off)
            .on(|backend| backend == Backend::Sqlite),
    ]
}

/// Something that is wrong: how it is made on SQLite, PostgreSQL and MySQL (nothing: it cannot be), and what is said of it.
struct Damage {
    made: [&'static str; 3],
    grade: Grade,
    code: &'static str,
    said: &'static str,
}

const DAMAGES: &[Damage] = &[
    Damage {
        made: ["DROP TABLE verification"; 3],
        grade: Grade::Fatal,
        code: "missing_table",
        said: "table verification is missing",
    },
    Damage {
        made: [
            r#"ALTER TABLE "user" DROP COLUMN image"#,
            r#"ALTER TABLE "user" DROP COLUMN image"#,
            "ALTER TABLE user DROP COLUMN image",
        ],
        grade: Grade::Fatal,
        code: "missing_column",
        said: "column user.image is missing",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE "user" ALTER COLUMN "emailVerified" TYPE text"#,
            "ALTER TABLE user MODIFY COLUMN emailVerified varchar(5) NOT NULL",
        ],
        grade: Grade::Fatal,
        code: "wrong_type",
        said: "column user.emailVerified is of type",
    },
    Damage {
        made: [
            "",
            "ALTER TABLE session ALTER COLUMN token TYPE varchar(20)",
            "ALTER TABLE session MODIFY COLUMN token varchar(20) NOT NULL",
        ],
        grade: Grade::Fatal,
        code: "too_short",
        said: "column session.token holds 20 characters, 32 are needed",
    },
    Damage {
        made: [
            // Left over from 1.7.0 to 1.7.2 of Better Auth. SQLite can only make it with the table.
            "PRAGMA foreign_keys=OFF; ALTER TABLE account RENAME TO old; \
             CREATE TABLE account AS SELECT * FROM old WHERE false; DROP TABLE old; DROP TABLE account; \
             CREATE TABLE account (id text not null primary key, \"accountId\" text not null, \"providerId\" text not null, \
             \"userId\" text not null references \"user\" (id) on delete cascade, \"accessToken\" text, \"refreshToken\" text, \
             \"idToken\" text, \"accessTokenExpiresAt\" date, \"refreshTokenExpiresAt\" date, scope text, password text, \
             \"createdAt\" date not null, \"updatedAt\" date not null, issuer text not null)",
            "ALTER TABLE account ADD COLUMN issuer text NOT NULL",
            "ALTER TABLE account ADD COLUMN issuer varchar(255) NOT NULL",
        ],
        grade: Grade::Fatal,
        code: "unfillable",
        said: "column account.issuer must not be null",
    },
    Damage {
        made: [
            r#"DROP INDEX "account_providerId_accountId_key""#,
            r#"DROP INDEX "account_providerId_accountId_key""#,
            "DROP INDEX account_providerId_accountId_key ON account",
        ],
        grade: Grade::Degraded,
        code: "missing_unique",
        said: "no unique index keeps account (providerId, accountId) apart",
    },
    Damage {
        made: ["", r#"ALTER TABLE "user" DROP CONSTRAINT user_email_key"#, "DROP INDEX email ON user"],
        grade: Grade::Degraded,
        code: "missing_unique",
        said: "no unique index keeps user (email) apart",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE session DROP CONSTRAINT "session_userId_fkey""#,
            "ALTER TABLE session DROP FOREIGN KEY session_ibfk_1",
        ],
        grade: Grade::Degraded,
        code: "missing_foreign_key",
        said: "no foreign key ties session.userId to user",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE session DROP CONSTRAINT "session_userId_fkey"; ALTER TABLE session ADD CONSTRAINT other FOREIGN KEY ("userId") REFERENCES "user" (id)"#,
            "ALTER TABLE session DROP FOREIGN KEY session_ibfk_1; ALTER TABLE session ADD CONSTRAINT other FOREIGN KEY (userId) REFERENCES user (id)",
        ],
        grade: Grade::Degraded,
        code: "missing_foreign_key",
        said: "the foreign key from session.userId to user does something else",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE session DROP CONSTRAINT "session_userId_fkey"; CREATE TABLE old_user (id text PRIMARY KEY); ALTER TABLE session ADD CONSTRAINT other FOREIGN KEY ("userId") REFERENCES old_user (id) ON DELETE CASCADE"#,
            "ALTER TABLE session DROP FOREIGN KEY session_ibfk_1; CREATE TABLE old_user (id varchar(36) PRIMARY KEY); ALTER TABLE session ADD CONSTRAINT other FOREIGN KEY (userId) REFERENCES old_user (id) ON DELETE CASCADE",
        ],
        grade: Grade::Degraded,
        code: "missing_foreign_key",
        said: "no foreign key ties session.userId to user",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE session DROP CONSTRAINT "session_userId_fkey"; ALTER TABLE session ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" (id) ON DELETE CASCADE NOT VALID"#,
            "",
        ],
        grade: Grade::Degraded,
        code: "unvalidated",
        said: "rows of session point to nothing in user",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE "user" ALTER COLUMN image SET NOT NULL"#,
            "ALTER TABLE user MODIFY COLUMN image text NOT NULL",
        ],
        grade: Grade::Fatal,
        code: "must_not_be_null",
        said: "column user.image must not be null and has no default",
    },
    Damage {
        made: [
            "",
            "CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false); \
             ALTER TABLE verification ALTER COLUMN identifier TYPE text COLLATE folding",
            "ALTER TABLE verification MODIFY COLUMN identifier varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL",
        ],
        grade: Grade::Degraded,
        code: "case_insensitive",
        said: "column verification.identifier takes a for A",
    },
    Damage {
        made: [
            "INSERT INTO verification VALUES ('1', 'a', 'b', '2026-11-24T12:00:00.345Z', '2026-11-24T12:00:00.345Z', '2026-11-24T12:00:00.345Z'), \
             ('2', 'a', 'b', '2026-11-24T12:00:00.345Z', '2026-11-24T12:00:00.345Z', '2026-11-24 12:00:00')",
            "",
            "",
        ],
        grade: Grade::Degraded,
        code: "mixed_instants",
        said: "column verification.updatedAt holds instants in several forms",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE verification ALTER COLUMN "expiresAt" TYPE timestamptz(0)"#,
            "ALTER TABLE verification MODIFY COLUMN expiresAt datetime NOT NULL",
        ],
        grade: Grade::Advisory,
        code: "low_precision",
        said: "column verification.expiresAt is of type",
    },
    Damage {
        made: ["", "", "ALTER TABLE verification MODIFY COLUMN expiresAt timestamp(3) NOT NULL"],
        grade: Grade::Advisory,
        code: "ends_in_2038",
        said: "column verification.expiresAt holds no instant after January 2038",
    },
    Damage {
        made: [
            "",
            r#"ALTER TABLE "user" ALTER COLUMN name DROP NOT NULL"#,
            "ALTER TABLE user MODIFY COLUMN name varchar(255) NULL",
        ],
        grade: Grade::Advisory,
        code: "nullable",
        said: "column user.name may be null",
    },
    Damage {
        made: [
            r#"DROP INDEX "session_expiresAt_idx""#,
            r#"DROP INDEX "session_expiresAt_idx""#,
            "DROP INDEX session_expiresAt_idx ON session",
        ],
        grade: Grade::Advisory,
        code: "missing_index",
        said: "no index begins with session (expiresAt)",
    },
    Damage {
        made: [
            "",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"session_expiresAt_idx\"'::regclass",
            "",
        ],
        grade: Grade::Advisory,
        code: "missing_index",
        said: "the index session_expiresAt_idx of session (expiresAt) was left unfinished",
    },
    Damage {
        made: [
            r#"ALTER TABLE "user" ADD COLUMN legacy text"#,
            r#"ALTER TABLE "user" ADD COLUMN legacy text"#,
            "ALTER TABLE user ADD COLUMN legacy text",
        ],
        grade: Grade::Advisory,
        code: "left_over",
        said: "column user.legacy belongs to no field",
    },
];

async fn damages(database: Arc<TestDatabase>) {
    let position = match database.backend() {
        Backend::Sqlite => 0,
        Backend::Postgres => 1,
        _ => 2,
    };
    let mut tried = 0;
    for damage in DAMAGES {
        let statements = damage.made[position];
        if statements.is_empty() {
            continue;
        }
        let other = database.backend().create_as(Flavour::Kysely, Access::Dictionary).await;
        let connection = complete(&other).await;
        for statement in statements.split("; ") {
            connection.execute_unprepared(statement).await.expect(statement);
        }
        let finding =
            found(&connection, damage).await.unwrap_or_else(|| panic!("{} is not told", damage.said));
        assert_eq!((finding.grade, finding.problem.code()), (damage.grade, damage.code), "{}", damage.said);
        assert!(!finding.remedy.is_empty(), "{}", damage.said);
        let starts = SeaOrmAdapter::with_schema(connection.clone(), Flavour::Kysely.schema()).await;
        assert_eq!(starts.is_err(), damage.grade == Grade::Fatal, "{}", damage.said);
        if mend(&connection, &finding).await {
            let left = found(&connection, damage).await;
            assert!(left.is_none(), "{} is still there after {}", damage.said, finding.remedy);
        }
        tried += 1;
        connection.close().await.unwrap();
        other.remove().await;
    }
    assert!(tried >= 7, "{tried} damages");
}

/// A database of Better Auth's that lacks nothing; on MySQL, with exact collations and dates without an end where that shows.
async fn complete(database: &TestDatabase) -> DatabaseConnection {
    let connection = database.connect().await;
    Flavour::Kysely.create(database.backend(), &connection).await;
    migrate::run(&connection, &Flavour::Kysely.schema(), |_| {}).await.unwrap();
    if database.backend() == Backend::Mysql {
        for statement in [
            "ALTER TABLE verification MODIFY COLUMN identifier varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
            "ALTER TABLE verification MODIFY COLUMN expiresAt datetime(3) NOT NULL",
        ] {
            connection.execute_unprepared(statement).await.unwrap();
        }
    }
    connection
}

async fn found(connection: &DatabaseConnection, damage: &Damage) -> Option<Finding> {
    let findings = SeaOrmAdapter::inspect(connection, &Flavour::Kysely.schema()).await.unwrap().findings;
    findings.into_iter().find(|finding| finding.problem.to_string().starts_with(damage.said))
}

/// Does what is said to mend it; false where that is left to a person.
async fn mend(connection: &DatabaseConnection, finding: &Finding) -> bool {
    let remedy = &finding.remedy;
    if remedy.starts_with("auth ") {
        // Without duplicates, adopting is migrating.
        migrate::run(connection, &Flavour::Kysely.schema(), |_| {}).await.unwrap();
        return true;
    }
    let Some(sql) = remedy.find("ALTER TABLE ").or_else(|| remedy.find("UPDATE ")) else {
        assert!(remedy.starts_with("SQLite "), "{remedy}");
        return false;
    };
    for part in remedy[sql..].split("; ") {
        match part.trim_start_matches("then ") {
            "auth migrate" => {
                migrate::run(connection, &Flavour::Kysely.schema(), |_| {}).await.unwrap();
            }
            statement => {
                connection
                    .execute_unprepared(statement)
                    .await
                    .unwrap_or_else(|error| panic!("{statement}: {error}"));
            }
        }
    }
    true
}

async fn switched_off(database: Arc<TestDatabase>) {
    let connection = complete(&database).await;
    connection.close().await.unwrap();
    let mut config = DatabaseConfig::new(&database.url);
    config.sqlite.foreign_keys = false;
    let connection = auth_core::connect(&config).await.unwrap();
    let findings = SeaOrmAdapter::inspect(&connection, &Flavour::Kysely.schema()).await.unwrap().findings;
    assert_eq!(findings[0].problem.code(), "foreign_keys_off");
    assert_eq!(findings[0].grade, Grade::Degraded);
}
