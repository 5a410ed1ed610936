//! The SQL text of one table per engine, and what the statements promise as a whole.

use super::*;
use crate::field::{Field, FieldType};
use crate::id::{IdStrategy, IdType};
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
            r#"CREATE INDEX "auth_users_created_at_id_idx" ON "auth_users" ("created_at", "id")"#,
            r#"CREATE UNIQUE INDEX "auth_sessions_token_key" ON "auth_sessions" ("token")"#,
            r#"CREATE INDEX "auth_sessions_expires_at_idx" ON "auth_sessions" ("expires_at")"#,
            r#"CREATE INDEX "auth_sessions_user_id_expires_at_idx" ON "auth_sessions" ("user_id", "expires_at")"#,
            r#"CREATE UNIQUE INDEX "auth_accounts_provider_id_account_id_key" ON "auth_accounts" ("provider_id", "account_id")"#,
            r#"CREATE INDEX "auth_accounts_user_id_provider_id_idx" ON "auth_accounts" ("user_id", "provider_id")"#,
            r#"CREATE INDEX "auth_verifications_expires_at_idx" ON "auth_verifications" ("expires_at")"#,
            r#"CREATE INDEX "auth_verifications_identifier_created_at_idx" ON "auth_verifications" ("identifier", "created_at")"#,
            r#"CREATE UNIQUE INDEX "auth_rate_limits_key_key" ON "auth_rate_limits" ("key")"#,
            r#"CREATE INDEX "auth_rate_limits_last_request_idx" ON "auth_rate_limits" ("last_request")"#,
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
        (FieldType::Decimal, "text", "numeric", "decimal(38, 12)"),
        (FieldType::Bytes, "varbinary_blob(65535)", "bytea", "longblob"),
        (FieldType::Uuid, "text", "uuid", "char(36) CHARACTER SET ascii COLLATE ascii_bin"),
        (FieldType::Date, "text", "date", "date"),
        (FieldType::Time, "text", "time", "time(6)"),
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
fn ids_are_made_as_the_model_says() {
    let kinds = [
        (
            IdStrategy::Serial,
            r#""id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,"#,
            r#""id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,"#,
            r#""id" bigint NOT NULL AUTO_INCREMENT,"#,
        ),
        (
            IdStrategy::UuidV7,
            r#""id" text NOT NULL,"#,
            r#""id" uuid NOT NULL,"#,
            r#""id" varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"#,
        ),
        (
            IdStrategy::Database(IdType::Uuid),
            r#""id" text NOT NULL DEFAULT (lower(hex(randomblob(16)))),"#,
            r#""id" uuid NOT NULL DEFAULT (gen_random_uuid()),"#,
            r#""id" varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT (uuid()),"#,
        ),
    ];
    for (ids, sqlite, postgres, mysql) in kinds {
        let model = Model::new("thing", "things", Vec::new()).unwrap().with_ids(ids.clone());
        let schema = Schema::new(vec![model]).unwrap();
        for (engine, expected) in
            [(Engine::Sqlite, sqlite), (Engine::Postgres, postgres), (Engine::Mysql, mysql)]
        {
            let sql = render(&create_tables(&schema, engine).unwrap()[0], engine).replace('`', "\"");
            let sql = sql.replace(" )", ",");
            assert!(sql.contains(expected), "{ids:?} on {engine:?}: {sql}");
        }
    }
}

#[test]
fn a_reference_has_the_type_of_the_id_that_it_points_to() {
    let schema = Schema::builder().ids_of("user", IdStrategy::Serial).build().unwrap();
    let sql = script(&schema, Engine::Postgres).unwrap().join("\n");
    assert!(sql.contains(r#""user_id" bigint NOT NULL"#), "{sql}");
    assert!(sql.contains(r#"CREATE TABLE "auth_sessions" ( "id" text NOT NULL"#), "{sql}");
}

#[test]
fn a_reference_to_nothing_is_an_error() {
    let field = Field::new("owner", FieldType::String).references("organization", "id");
    let unknown = Schema::new(vec![Model::new("thing", "things", vec![field]).unwrap()]).unwrap_err();
    assert_eq!(unknown, SchemaError::UnknownModel { name: "organization".to_owned() });
}

#[test]
fn the_script_creates_each_table_then_its_indexes() {
    let member = Field::new("owner", FieldType::String).references("user", "email");
    let early = Model::new("early", "early", vec![member]).unwrap();
    let mut models = vec![early];
    models.extend(Schema::core().models().map(|(_, model)| model.clone()));
    let script = script(&Schema::new(models).unwrap(), Engine::Postgres).unwrap();
    let position = |start: &str| script.iter().position(|sql| sql.starts_with(start)).unwrap();
    assert!(
        position(r#"CREATE TABLE "auth_users""#) < position(r#"CREATE UNIQUE INDEX "auth_users_email_key""#)
    );
    assert!(position(r#"CREATE UNIQUE INDEX "auth_users_email_key""#) < position(r#"CREATE TABLE "early""#));
    assert_eq!(script.len(), 6 + 11);
}
