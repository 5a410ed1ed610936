//! The SQL text of one table per engine, and what the statements promise as a whole.

use super::*;
use crate::field::{Field, FieldType};
use crate::model::Model;

fn sessions(engine: Engine) -> String {
    let schema = Schema::core();
    let position = crate::session::MODEL.position();
    render(&create_tables(&schema, engine).unwrap()[position], engine)
}

#[test]
fn sqlite_stores_text_and_dates_as_text() {
    assert_eq!(
        sessions(Engine::Sqlite),
        r#"CREATE TABLE "auth_sessions" ( "id" text NOT NULL, "expires_at" timestamp_with_timezone_text NOT NULL, "token" text NOT NULL, "created_at" timestamp_with_timezone_text NOT NULL, "updated_at" timestamp_with_timezone_text NOT NULL, "ip_address" text NULL, "user_agent" text NULL, "user_id" text NOT NULL, CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id"), FOREIGN KEY ("user_id") REFERENCES "auth_users" ("id") ON DELETE CASCADE )"#
    );
}

#[test]
fn postgres_has_text_and_timestamptz() {
    assert_eq!(
        sessions(Engine::Postgres),
        r#"CREATE TABLE "auth_sessions" ( "id" text NOT NULL, "expires_at" timestamp(3) with time zone NOT NULL, "token" text NOT NULL, "created_at" timestamp(3) with time zone NOT NULL, "updated_at" timestamp(3) with time zone NOT NULL, "ip_address" text NULL, "user_agent" text NULL, "user_id" text NOT NULL, CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id"), CONSTRAINT "auth_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth_users" ("id") ON DELETE CASCADE )"#
    );
}

#[test]
fn mysql_bounds_what_it_indexes_and_keeps_milliseconds() {
    assert_eq!(
        sessions(Engine::Mysql),
        "CREATE TABLE `auth_sessions` ( `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, `expires_at` datetime(3) NOT NULL, `token` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, `created_at` datetime(3) NOT NULL, `updated_at` datetime(3) NOT NULL, `ip_address` text NULL, `user_agent` text NULL, `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, PRIMARY KEY `auth_sessions_pkey` (`id`), CONSTRAINT `auth_sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `auth_users` (`id`) ON DELETE CASCADE ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
    );
}

#[test]
fn flags_become_indexes() {
    let indexes = create_indexes(&Schema::core());
    let sql: Vec<String> = indexes.iter().map(|index| render(index, Engine::Sqlite)).collect();
    assert_eq!(
        sql,
        [
            r#"CREATE UNIQUE INDEX "auth_users_email_key" ON "auth_users" ("email")"#,
            r#"CREATE UNIQUE INDEX "auth_sessions_token_key" ON "auth_sessions" ("token")"#,
            r#"CREATE INDEX "auth_sessions_user_id_idx" ON "auth_sessions" ("user_id")"#,
            r#"CREATE UNIQUE INDEX "auth_accounts_provider_id_account_id_key" ON "auth_accounts" ("provider_id", "account_id")"#,
            r#"CREATE INDEX "auth_accounts_user_id_idx" ON "auth_accounts" ("user_id")"#,
            r#"CREATE INDEX "auth_verifications_identifier_idx" ON "auth_verifications" ("identifier")"#,
            r#"CREATE UNIQUE INDEX "auth_rate_limits_key_key" ON "auth_rate_limits" ("key")"#,
        ]
    );
}

#[test]
fn every_type_has_a_form_on_every_engine() {
    let kinds = [
        (FieldType::String, "text", "text", "text"),
        (FieldType::Integer, "integer", "integer", "int"),
        (FieldType::BigInteger, "integer", "bigint", "bigint"),
        (FieldType::Float, "double", "double precision", "double"),
        (FieldType::Boolean, "boolean", "bool", "bool"),
        (FieldType::Timestamp, "timestamp_with_timezone_text", "timestamp(3) with time zone", "datetime(3)"),
        (FieldType::Json, "text", "jsonb", "json"),
        (FieldType::StringList, "text", "jsonb", "json"),
        (FieldType::NumberList, "text", "jsonb", "json"),
    ];
    for (kind, sqlite, postgres, mysql) in kinds {
        let model = Model::new("thing", "things", vec![Field::new("it", kind).optional()]).unwrap();
        let schema = Schema::new(vec![model]).unwrap();
        for (engine, expected) in
            [(Engine::Sqlite, sqlite), (Engine::Postgres, postgres), (Engine::Mysql, mysql)]
        {
            let sql = render(&create_tables(&schema, engine).unwrap()[0], engine).replace('`', "\"");
            assert!(sql.contains(&format!(r#""it" {expected} NULL,"#)), "{kind:?} on {engine:?}: {sql}");
        }
    }
}

#[test]
fn the_purpose_of_a_text_bounds_it_on_mysql() {
    let forms = [
        (
            Field::new("it", FieldType::String).unique(),
            "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ),
        (
            Field::new("it", FieldType::String).index(),
            "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ),
        (Field::new("it", FieldType::String).sortable(), "varchar(255)"),
        (Field::new("it", FieldType::String).long(), "mediumtext"),
        (Field::new("it", FieldType::String), "text"),
    ];
    for (field, expected) in forms {
        let schema = Schema::new(vec![Model::new("thing", "things", vec![field]).unwrap()]).unwrap();
        let sql = render(&create_tables(&schema, Engine::Mysql).unwrap()[0], Engine::Mysql);
        assert!(sql.contains(&format!("`it` {expected} NOT NULL")), "{sql}");
    }
}

#[test]
fn a_reference_to_nothing_is_an_error() {
    let field = Field::new("owner", FieldType::String).references("organization", "id");
    let schema = Schema::new(vec![Model::new("thing", "things", vec![field]).unwrap()]).unwrap();
    let unknown = SchemaError::UnknownModel { name: "organization".to_owned() };
    assert_eq!(create_tables(&schema, Engine::Sqlite).unwrap_err(), unknown);
    assert_eq!(neutral_tables(&schema).unwrap_err(), unknown);
}

#[test]
fn the_script_creates_tables_before_their_indexes() {
    let script = script(&Schema::core(), Engine::Postgres).unwrap();
    assert_eq!(script.len(), 5 + 7);
    assert!(script[..5].iter().all(|sql| sql.starts_with("CREATE TABLE ")));
    assert!(script[5..].iter().all(|sql| sql.contains(" INDEX ")));
}
