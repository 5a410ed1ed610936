//! The full-text index over users, for tests and measurements.

use auth_core::adapter::Adapter;
use auth_schema::user;
use migration::index::full_text::{SearchedTable, create};
use sea_orm::{ConnectionTrait, DatabaseConnection};

/// Makes the index over the users of an adapter; one that opens the database afterwards uses it.
pub async fn make_index(connection: &DatabaseConnection, adapter: &dyn Adapter) {
    let model = adapter.schema().model(user::MODEL).expect("there are users");
    let column = |field| model.field(field).expect("a core field").column.as_str();
    let (id, name, email) = (column(user::ID), column(user::NAME), column(user::EMAIL));
    let table = SearchedTable { table: model.table(), id, name, email };
    for statement in create(connection.get_database_backend(), &table) {
        connection.execute_unprepared(&statement).await.expect(&statement);
    }
}
