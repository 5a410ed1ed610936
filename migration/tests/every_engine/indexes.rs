//! The catalogue of indexes and the live schema agree.

use std::collections::BTreeSet;

use migration::index::core;

use crate::support::catalogue::{LiveIndex, columns, foreign_keys, indexes};
use crate::support::on_every_engine;

#[tokio::test]
async fn the_live_indexes_are_those_of_the_catalogue_and_no_more() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let catalogue: BTreeSet<LiveIndex> = core()
            .iter()
            .map(|index| LiveIndex {
                table: index.table.to_owned(),
                name: index.name.to_owned(),
                columns: index.columns.iter().map(|column| (*column).to_owned()).collect(),
                unique: index.unique,
            })
            .collect();
        assert_eq!(catalogue.len(), core().len(), "a name stands twice in the catalogue");
        assert_eq!(indexes(&database).await, catalogue, "{database}");
    })
    .await;
}

#[test]
fn no_index_makes_another_redundant() {
    for index in core() {
        assert!(!index.columns.is_empty() && !index.serves.is_empty(), "{}", index.name);
        assert_ne!(index.columns, ["id"], "{} is the primary key again", index.name);
        for other in core().iter().filter(|other| other.table == index.table && other.name != index.name) {
            assert!(!other.columns.starts_with(index.columns), "{} is covered by {}", index.name, other.name);
        }
    }
}

#[tokio::test]
async fn every_user_id_has_a_cascading_foreign_key_and_an_index() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let mut owned = Vec::new();
        for table in
            ["auth_accounts", "auth_rate_limits", "auth_sessions", "auth_users", "auth_verifications"]
        {
            if columns(&database, table).await.iter().any(|(name, ..)| name == "user_id") {
                owned.push(table);
            }
        }
        assert_eq!(owned, ["auth_accounts", "auth_sessions"], "{database}");

        let expected: Vec<String> =
            owned.iter().map(|table| format!("{table}.user_id -> auth_users.id ON DELETE CASCADE")).collect();
        assert_eq!(foreign_keys(&database).await, expected, "{database}");
        let live = indexes(&database).await;
        for table in owned {
            let leading = |index: &&LiveIndex| index.table == table && index.columns[0] == "user_id";
            assert_eq!(live.iter().filter(leading).count(), 1, "{database}: {table}");
        }
    })
    .await;
}
