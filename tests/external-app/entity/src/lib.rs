//! The application's own entity, beside the library's.

pub use auth_entity;

/// Notes that people write.
pub mod notes {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub author_id: String,
        pub text: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
