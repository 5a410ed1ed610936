//! What is added to a live schema, and in which form.

use super::*;
use crate::field::FieldType;
use crate::rule::Fill;
use crate::value::Value;

/// The tables as this library makes them, but for instants without a zone and short ids of a collation that others chose.
fn live(schema: &Schema, engine: Engine) -> LiveSchema {
    let nothing = LiveSchema { engine, tables: Vec::new(), enforces_foreign_keys: true };
    let mut live = nothing.with_tables_of(schema);
    for column in live.tables.iter_mut().flat_map(|table| &mut table.columns) {
        column.collation = Some("latin1_swedish_ci".to_owned());
        if column.name == "id" {
            column.declared = "varchar(36)".to_owned();
        } else if column.declared.starts_with("timestamp") {
            column.declared = "timestamp(6) without time zone".to_owned();
        } else if column.declared.starts_with("varchar") {
            column.declared = "text".to_owned();
        }
    }
    live
}

fn steps(schema: &Schema, live: &LiveSchema) -> Vec<Step> {
    Difference::between(schema, live).unwrap().steps(live.engine).unwrap()
}

fn with(field: Field) -> Schema {
    Schema::builder().field("user", field).build().unwrap()
}

#[test]
fn what_is_there_needs_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let schema = Schema::core();
        assert_eq!(steps(&schema, &live(&schema, engine)), []);
    }
}

#[test]
fn an_optional_field_is_one_statement() {
    let schema = with(Field::new("nickname", FieldType::String).optional());
    for (engine, up) in [
        (Engine::Sqlite, r#"ALTER TABLE "auth_users" ADD COLUMN "nickname" text NULL"#),
        (Engine::Postgres, r#"ALTER TABLE "auth_users" ADD COLUMN "nickname" text NULL"#),
        (
            Engine::Mysql,
            "ALTER TABLE `auth_users` ADD COLUMN `nickname` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL",
        ),
    ] {
        let live = live(&Schema::core(), engine);
        let added: Vec<Step> =
            steps(&schema, &live).into_iter().filter(|step| step.what.starts_with("add")).collect();
        assert_eq!(added.len(), 1);
        assert_eq!(added[0].up, [up]);
        assert!(added[0].down[0].ends_with(&format!("DROP COLUMN {}", engine.quoted("nickname"))));
    }
}

#[test]
fn a_required_field_gives_its_default_to_the_rows_that_are_there() {
    let role = Field::new("role", FieldType::String).default(Value::from("it's me\\"));
    for (engine, default) in [
        (Engine::Sqlite, r"text NOT NULL DEFAULT 'it''s me\'"),
        (Engine::Postgres, r"text NOT NULL DEFAULT 'it''s me\'"),
        (Engine::Mysql, r"NOT NULL DEFAULT ('it''s me\\')"),
    ] {
        let live = live(&Schema::core(), engine);
        let schema = with(role.clone());
        let step = steps(&schema, &live).into_iter().find(|step| step.what.starts_with("add")).unwrap();
        assert!(step.up[0].ends_with(default), "{}", step.up[0]);
    }
    let live = live(&Schema::core(), Engine::Postgres);
    for (field, expected) in [
        (Field::new("age", FieldType::Integer), "user.age is required and has no default"),
        (
            Field::new("code", FieldType::String).unique().default(Value::from("x")),
            "user.code is required and unique",
        ),
    ] {
        let error = Difference::between(&with(field), &live).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_new_column_follows_the_form_of_its_table() {
    let seen = Field::new("seen_at", FieldType::Timestamp).default(Fill::Now);
    let live_there = live(&Schema::core(), Engine::Postgres);
    let schema = with(seen);
    assert_eq!(
        steps(&schema, &live_there)[0].up,
        [
            r#"ALTER TABLE "auth_users" ADD COLUMN "seen_at" timestamp(6) without time zone NOT NULL DEFAULT (CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"#
        ]
    );
    let owner = Field::new("owner", FieldType::String).references("user", "id");
    let schema = Schema::builder().model(Model::new("thing", "things", vec![owner])).build().unwrap();
    let mysql = live(&Schema::core(), Engine::Mysql);
    let up = steps(&schema, &mysql)[0].up[0].clone();
    assert!(
        up.contains("`owner` varchar(36) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL"),
        "{up}"
    );
}

#[test]
fn an_index_is_built_while_others_write_and_a_broken_one_goes_first() {
    let schema = Schema::core();
    let mut there = live(&schema, Engine::Postgres);
    let accounts = there.tables.iter_mut().find(|table| table.name == "auth_accounts").unwrap();
    accounts.indexes[0].valid = false;
    accounts.indexes[0].name = "half".to_owned();
    let steps = steps(&schema, &there);
    assert_eq!(steps.len(), 1);
    assert!(steps[0].concurrent);
    assert_eq!(
        steps[0].up,
        [
            r#"DROP INDEX CONCURRENTLY IF EXISTS "half""#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY "auth_accounts_provider_id_account_id_key" ON "auth_accounts" ("provider_id", "account_id")"#
        ]
    );
}

#[test]
fn mysql_bounds_a_text_before_it_indexes_it() {
    let schema = Schema::core();
    let mut there = live(&schema, Engine::Mysql);
    for table in &mut there.tables {
        table.indexes.retain(|index| index.columns != ["provider_id", "account_id"]);
    }
    let steps: Vec<String> = steps(&schema, &there).into_iter().map(|step| step.what).collect();
    assert_eq!(
        steps,
        [
            "make auth_accounts.provider_id a text of 255 characters, compared byte by byte",
            "make auth_accounts.account_id a text of 255 characters, compared byte by byte",
            "create unique index auth_accounts_provider_id_account_id_key on auth_accounts (provider_id, account_id)"
        ]
    );
}

#[test]
fn what_takes_away_must_be_told_and_leaves_fields_alone() {
    let schema = Schema::core();
    let mut there = live(&schema, Engine::Postgres);
    let accounts = there.tables.iter_mut().find(|table| table.name == "auth_accounts").unwrap();
    accounts.columns.push(crate::live::LiveColumn {
        name: "issuer".to_owned(),
        declared: "character varying(80)".to_owned(),
        required: true,
        ..crate::live::LiveColumn::default()
    });
    let mut difference = Difference::between(&schema, &there).unwrap();
    assert_eq!(difference.changes, []);
    difference.allow_null("auth_accounts", "issuer").unwrap();
    difference.drop_column("auth_accounts", "issuer").unwrap();
    for (table, column) in [("auth_accounts", "password"), ("auth_accounts", "nothing"), ("others", "issuer")]
    {
        let refused = difference.drop_column(table, column).unwrap_err();
        assert!(matches!(refused, DifferenceError::NotLeftOver { .. }), "{table}.{column}");
    }
    let steps = difference.steps(Engine::Postgres).unwrap();
    assert_eq!(steps[0].up, [r#"ALTER TABLE "auth_accounts" ALTER COLUMN "issuer" DROP NOT NULL"#]);
    assert_eq!(steps[1].up, [r#"ALTER TABLE "auth_accounts" DROP COLUMN "issuer""#]);
    assert_eq!(
        steps[1].down,
        [r#"ALTER TABLE "auth_accounts" ADD COLUMN "issuer" character varying(80) NULL"#]
    );
}

#[test]
fn mysql_tells_a_from_capital_a_in_a_new_unique_index() {
    let schema = Schema::core();
    let mut live = live(&schema, Engine::Mysql);
    let users = live.tables.iter_mut().find(|table| table.name == "auth_users").unwrap();
    users.indexes.retain(|index| !index.unique);
    let email = users.columns.iter_mut().find(|column| column.name == "email").unwrap();
    email.declared = "varchar(255)".to_owned();
    email.case_insensitive = true;
    let up = steps(&schema, &live).into_iter().flat_map(|step| step.up).collect::<Vec<_>>().join("\n");
    assert!(up.contains("MODIFY COLUMN `email` varchar(255)"), "{up}");
    assert!(up.contains("utf8mb4_bin"), "{up}");
}

#[test]
fn a_new_table_is_unique_before_another_one_points_to_it() {
    let code = Field::new("code", FieldType::String).unique();
    let team = Field::new("team", FieldType::String).references("team", "code");
    let schema = Schema::builder()
        .model(Model::new("badge", "badges", vec![team]))
        .model(Model::new("team", "teams", vec![code]))
        .build()
        .unwrap();
    let steps = steps(&schema, &live(&Schema::core(), Engine::Postgres));
    let what: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
    let expected =
        ["create table teams", "create unique index teams_code_key on teams (code)", "create table badges"];
    assert_eq!(what, expected);
}

#[test]
fn mysql_keeps_the_length_the_nulls_and_the_default_of_a_text_that_it_bounds() {
    let schema = with(Field::new("code", FieldType::String).optional().unique());
    let mut live = live(&schema, Engine::Mysql);
    let users = live.tables.iter_mut().find(|table| table.name == "auth_users").unwrap();
    users.indexes.retain(|index| index.columns != ["code"]);
    let code = users.columns.iter_mut().find(|column| column.name == "code").unwrap();
    code.declared = "varchar(500)".to_owned();
    code.case_insensitive = true;
    code.required = true;
    assert_eq!(
        steps(&schema, &live)[0].up,
        ["SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'); \
            ALTER TABLE `auth_users` MODIFY COLUMN `code` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"]
    );
    let users = live.tables.iter_mut().find(|table| table.name == "auth_users").unwrap();
    users.columns.iter_mut().find(|column| column.name == "code").unwrap().has_default = true;
    let difference = Difference::between(&schema, &live).unwrap();
    assert_eq!(difference.changes, []);
    assert!(difference.impossible[0].contains("auth_users.code"), "{:?}", difference.impossible);
}

#[test]
fn the_time_is_utc_where_the_column_keeps_no_zone() {
    let field = Field::new("seen_at", FieldType::Timestamp).default(Fill::Now);
    for (engine, kind, expected) in [
        (Engine::Postgres, " timestamp without time zone", "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"),
        (Engine::Postgres, " timestamp(3) with time zone", "CURRENT_TIMESTAMP"),
        (Engine::Mysql, " datetime(6) not null", "(UTC_TIMESTAMP(6))"),
        (Engine::Mysql, " datetime", "(UTC_TIMESTAMP())"),
        (Engine::Mysql, " timestamp(3)", "CURRENT_TIMESTAMP(3)"),
        (Engine::Mysql, " timestamp", "CURRENT_TIMESTAMP"),
        (Engine::Sqlite, " text", "'1970-01-01T00:00:00.000Z'"),
        (Engine::Sqlite, " datetime", "'1970-01-01T00:00:00.000+00:00'"),
    ] {
        assert_eq!(literal::default(&field, engine, kind).unwrap(), expected, "{kind}");
    }
}

#[test]
fn a_foreign_key_is_found_by_its_name_and_can_be_added_again() {
    let schema = Schema::core();
    let mut there = live(&schema, Engine::Postgres);
    let sessions = there.tables.iter_mut().find(|table| table.name == "auth_sessions").unwrap();
    sessions.foreign_keys.clear();
    let steps = steps(&schema, &there);
    let name = "auth_sessions_user_id_fkey".to_owned();
    assert_eq!(steps[0].needed, Needed::ForeignKey("auth_sessions".to_owned(), name));
    let begin = "SET LOCAL lock_timeout = '10s'; ALTER TABLE \"auth_sessions\" DROP CONSTRAINT IF EXISTS";
    assert!(steps[0].up[0].starts_with(begin), "{}", steps[0].up[0]);
    assert!(steps[0].up[0].ends_with(" NOT VALID") && steps[0].up[1].contains(" VALIDATE CONSTRAINT "));
}
