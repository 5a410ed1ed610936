//! The application's entities: which columns they have, and what their behaviour does to a row. The only generic
//! code of the library, behind [`Entity`].

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;

use async_trait::async_trait;
use auth_schema::FieldType;
use sea_orm::sea_query::{ArrayType, Value as SqlValue};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait, DatabaseExecutor, DbErr, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, ModelTrait, TryIntoModel,
};

use super::entity_value::field_type;

/// An entity that an adapter can serve: any that SeaORM's derive makes.
pub trait AuthEntity:
    EntityTrait<
        Model: IntoActiveModel<Self::ActiveModel> + Sync,
        ActiveModel: ActiveModelBehavior + TryIntoModel<Self::Model> + Send,
    >
{
}

impl<E> AuthEntity for E where
    E: EntityTrait<
            Model: IntoActiveModel<E::ActiveModel> + Sync,
            ActiveModel: ActiveModelBehavior + TryIntoModel<E::Model> + Send,
        >
{
}

/// A column as the entity declares it.
#[derive(Debug, Clone)]
pub(super) struct EntityColumn {
    /// Name in the database.
    pub(super) name: &'static str,
    /// Name of the variant, which is the field's name in Rust.
    pub(super) variant: String,
    pub(super) nullable: bool,
    pub(super) value_type: ArrayType,
    /// What the field holds; `None` when this library has no such type.
    pub(super) field_type: Option<FieldType>,
}

/// Values of a row by the position of the entity's column.
pub(super) type EntityRow = Vec<(usize, SqlValue)>;

/// An entity without its type.
#[async_trait]
pub(super) trait Entity: fmt::Debug + Send + Sync {
    fn of_type(&self) -> TypeId;

    fn table(&self) -> &'static str;

    /// The schema that the entity names, if it names one.
    fn schema(&self) -> Option<String>;

    fn columns(&self) -> Vec<EntityColumn>;

    /// Runs `before_save` on a row; the id of a row that is changed is given, but not to be written.
    async fn before_save(
        &self,
        connection: DatabaseExecutor<'_>,
        row: EntityRow,
        id: Option<(usize, SqlValue)>,
    ) -> Result<EntityRow, DbErr>;

    /// Runs `after_save` on a whole row.
    async fn after_save(
        &self,
        connection: DatabaseExecutor<'_>,
        row: EntityRow,
        insert: bool,
    ) -> Result<(), DbErr>;
}

/// An entity with its type.
pub(super) struct EntityTable<E>(PhantomData<fn() -> E>);

impl<E: AuthEntity> EntityTable<E> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

#[async_trait]
impl<E: AuthEntity> Entity for EntityTable<E> {
    fn of_type(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn table(&self) -> &'static str {
        E::default().table_name()
    }

    fn schema(&self) -> Option<String> {
        E::default().schema_name().map(str::to_owned)
    }

    fn columns(&self) -> Vec<EntityColumn> {
        let column = |column: E::Column| {
            let value_type = <E::Model as ModelTrait>::get_value_type(column);
            EntityColumn {
                name: column.as_str(),
                variant: format!("{column:?}"),
                nullable: column.def().is_null(),
                field_type: field_type(&value_type, column.def().get_column_type()),
                value_type,
            }
        };
        E::Column::iter().map(column).collect()
    }

    async fn before_save(
        &self,
        connection: DatabaseExecutor<'_>,
        row: EntityRow,
        id: Option<(usize, SqlValue)>,
    ) -> Result<EntityRow, DbErr> {
        let insert = id.is_none();
        let mut active = <E::ActiveModel as ActiveModelBehavior>::new();
        if !insert {
            // What `new` fills in is for new rows.
            active = <E::ActiveModel as ActiveModelTrait>::default();
        }
        fill::<E>(&mut active, row)?;
        let id_position = id.as_ref().map(|(position, _)| *position);
        fill::<E>(&mut active, id.into_iter().filter(|(_, value)| !is_null(value)).collect())?;
        let active = active.before_save(&connection, insert).await?;
        let mut row = EntityRow::new();
        for (position, column) in E::Column::iter().enumerate() {
            match active.get(column) {
                ActiveValue::Set(value) if Some(position) != id_position => row.push((position, value)),
                _ => {}
            }
        }
        Ok(row)
    }

    async fn after_save(
        &self,
        connection: DatabaseExecutor<'_>,
        row: EntityRow,
        insert: bool,
    ) -> Result<(), DbErr> {
        let model = model_of::<E>(row)?;
        <E::ActiveModel as ActiveModelBehavior>::after_save(model, &connection, insert).await.map(|_| ())
    }
}

impl<E: AuthEntity> fmt::Debug for EntityTable<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EntityTable({})", E::default().table_name())
    }
}

/// The application's own model of a whole row.
pub(super) fn model_of<E: AuthEntity>(row: EntityRow) -> Result<E::Model, DbErr> {
    let mut active = <E::ActiveModel as ActiveModelTrait>::default();
    fill::<E>(&mut active, row)?;
    active.try_into_model()
}

fn fill<E: AuthEntity>(active: &mut E::ActiveModel, row: EntityRow) -> Result<(), DbErr> {
    let columns: Vec<E::Column> = E::Column::iter().collect();
    for (position, value) in row {
        let column = columns[position];
        let table = E::default().table_name().to_owned();
        active.try_set(column, value).map_err(|error| {
            DbErr::Type(format!("column {table}.{} of the entity: {error}", column.as_str()))
        })?;
    }
    Ok(())
}

fn is_null(value: &SqlValue) -> bool {
    *value == value.as_null()
}
