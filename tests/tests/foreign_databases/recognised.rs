//! Every flavour of Better Auth is recognised without a configuration, and its entities are those that are committed.

use std::path::Path;
use std::sync::Arc;

use auth_cli::discover;
use auth_cli::generate::{self, Staleness};
use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::Grade;
use auth_schema::Schema;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::Case;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("tables_are_recognised_and_their_entities_are_the_committed_ones", entities),
        Case::new("a_healthy_database_is_not_condemned", healthy),
    ]
}

async fn entities(database: Arc<TestDatabase>) {
    for flavour in Flavour::BETTER_AUTH {
        let other = database.backend().create_as(flavour, Access::Dictionary).await;
        let connection = other.connect().await;
        flavour.create(database.backend(), &connection).await;
        let live = SeaOrmAdapter::inspect(&connection, &Schema::core()).await.unwrap().live;
        let found = discover::schema(&live).unwrap();
        let configured = flavour.schema();
        for ((_, found), (_, configured)) in found.models().zip(configured.models()) {
            assert_eq!(found.table(), configured.table(), "{}", flavour.name());
            let columns = |model: &auth_schema::Model| -> Vec<String> {
                model.fields().iter().map(|field| field.column.clone()).collect()
            };
            assert_eq!(columns(found), columns(configured), "{}", flavour.name());
        }
        let written = generate::config(&found, |_| true);
        assert_eq!(Schema::from_toml(&written).unwrap(), found, "{written}");
        // Where a UUID is a text like any other, only the configuration can say how ids are made.
        let told = flavour != Flavour::KyselyUuid || database.backend() == Backend::Postgres;
        assert!(!told || found == configured, "{}: {written}", flavour.name());
        let live = SeaOrmAdapter::inspect(&connection, &found).await.unwrap().live;
        let files = generate::entity_of(&found, &live).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recognised-entities/src");
        let stale = generate::stale(&files, &folder.join(flavour.entities(database.backend()))).unwrap();
        let stale: Vec<String> = stale
            .into_iter()
            .filter(|file| file.staleness != Staleness::LeftOver)
            .map(|file| file.to_string())
            .collect();
        assert!(stale.is_empty(), "{}: {stale:?}", flavour.name());
        connection.close().await.unwrap();
        other.remove().await;
    }
}

async fn healthy(database: Arc<TestDatabase>) {
    for flavour in Flavour::BETTER_AUTH {
        let other = database.backend().create_as(flavour, Access::Dictionary).await;
        let connection = other.connect().await;
        flavour.create(database.backend(), &connection).await;
        let findings = SeaOrmAdapter::inspect(&connection, &flavour.schema()).await.unwrap().findings;
        let fatal: Vec<_> = findings.iter().filter(|finding| finding.grade == Grade::Fatal).collect();
        assert!(fatal.is_empty(), "{}: {fatal:?}", flavour.name());
        let codes: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.grade == Grade::Degraded)
            .map(|finding| finding.problem.code())
            .filter(|code| *code != "case_insensitive")
            .collect();
        assert_eq!(codes, ["missing_unique"], "{}", flavour.name());
        connection.close().await.unwrap();
        other.remove().await;
    }
}
