//! Puts a schema together: the core models and what an application adds to them.

use crate::error::SchemaError;
use crate::field::Field;
use crate::id::IdStrategy;
use crate::model::{FieldId, Model, Schema, camel_case, same_name, snake_case};

/// A schema in the making. The first problem is told by [`SchemaBuilder::build`].
///
/// ```
/// use auth_schema::{Field, FieldType, IdStrategy, Model, Schema, Value};
///
/// let schema = Schema::builder()
///     .table("user", "people")
///     .column("user", "email", "email_address")
///     .field("user", Field::new("role", FieldType::String).default(Value::from("member")).no_input())
///     .model(Model::new("team", "teams", vec![Field::new("name", FieldType::String)]))
///     .ids(IdStrategy::UuidV7)
///     .ids_of("team", IdStrategy::Serial)
///     .build()?;
/// assert_eq!(schema.model(schema.find("user")?)?.table(), "people");
/// # Ok::<(), auth_schema::SchemaError>(())
/// ```
#[derive(Debug)]
pub struct SchemaBuilder {
    models: Vec<Model>,
    problem: Option<SchemaError>,
}

impl SchemaBuilder {
    pub(crate) fn new(models: Vec<Model>) -> Self {
        Self { models, problem: None }
    }

    /// Names the table of a model.
    #[must_use]
    pub fn table(self, model: &str, table: impl Into<String>) -> Self {
        self.change(model, |model| {
            model.table = table.into();
            Ok(())
        })
    }

    /// Names the column of a field.
    #[must_use]
    pub fn column(self, model: &str, field: &str, column: impl Into<String>) -> Self {
        self.change(model, |model| {
            let position = model.find(field)?.position();
            model.fields[position].column = column.into();
            Ok(())
        })
    }

    /// Adds an `s` to the name of every table that does not end with one, as Better Auth's `usePlural` does.
    /// Call it before naming tables one by one.
    #[must_use]
    pub fn plural(mut self) -> Self {
        for model in &mut self.models {
            if !model.table.ends_with('s') {
                model.table.push('s');
            }
        }
        self
    }

    /// Gives every table and column the name that Better Auth gives it by itself: `user`, `emailVerified`, `rateLimit`. Call
    /// it before naming tables and columns one by one; what is added later keeps the name it has.
    #[must_use]
    pub fn better_auth_names(mut self) -> Self {
        for model in &mut self.models {
            model.table = camel_case(&model.name);
            for field in &mut model.fields {
                field.column = camel_case(&field.name);
            }
        }
        self
    }

    /// Gives every table and column the name that Better Auth's Drizzle generator gives it: `user`, `email_verified`,
    /// `rate_limit`. Call it where [`SchemaBuilder::better_auth_names`] would be called.
    #[must_use]
    pub fn drizzle_names(mut self) -> Self {
        for model in &mut self.models {
            model.table = snake_case(&model.name);
            for field in &mut model.fields {
                field.column = snake_case(&field.name);
            }
        }
        self
    }

    /// Adds a field to a model. It stands behind the fields that are there.
    #[must_use]
    pub fn field(self, model: &str, field: Field) -> Self {
        self.change(model, |model| {
            model.fields.push(field);
            Ok(())
        })
    }

    /// Adds a model, such as a plugin's.
    #[must_use]
    pub fn model(mut self, model: Result<Model, SchemaError>) -> Self {
        match model {
            Ok(model) => self.models.push(model),
            Err(problem) => self.fail(problem),
        }
        self
    }

    /// Makes the values of some fields unique together.
    #[must_use]
    pub fn unique_together(self, model: &str, fields: &[&str]) -> Self {
        self.change(model, |model| {
            let group = find_all(model, fields)?;
            *model = model.clone().with_unique_together(group);
            Ok(())
        })
    }

    /// Asks for an index over some fields.
    #[must_use]
    pub fn index_together(self, model: &str, fields: &[&str]) -> Self {
        self.change(model, |model| {
            let group = find_all(model, fields)?;
            *model = model.clone().with_index_together(group);
            Ok(())
        })
    }

    /// Says how the ids of every model are made that is there by now.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "as in `ids_of`, so that both are called alike")]
    pub fn ids(mut self, ids: IdStrategy) -> Self {
        for model in &mut self.models {
            model.ids.clone_from(&ids);
        }
        self
    }

    /// Says how the ids of one model are made.
    #[must_use]
    pub fn ids_of(self, model: &str, ids: IdStrategy) -> Self {
        self.change(model, |model| {
            model.ids = ids;
            Ok(())
        })
    }

    /// Puts it together.
    ///
    /// # Errors
    ///
    /// The first problem: a name that is not there, a name that is there twice, a reference to nothing.
    pub fn build(self) -> Result<Schema, SchemaError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        self.models.iter().try_for_each(Model::check_names)?;
        Schema::new(self.models)
    }

    fn change(mut self, name: &str, change: impl FnOnce(&mut Model) -> Result<(), SchemaError>) -> Self {
        let found = self.models.iter_mut().find(|model| same_name(&model.name, name));
        let outcome = match found {
            Some(model) => change(model),
            None => Err(SchemaError::UnknownModel { name: name.to_owned() }),
        };
        if let Err(problem) = outcome {
            self.fail(problem);
        }
        self
    }

    fn fail(&mut self, problem: SchemaError) {
        self.problem.get_or_insert(problem);
    }
}

fn find_all(model: &Model, fields: &[&str]) -> Result<Vec<FieldId>, SchemaError> {
    fields.iter().map(|field| model.find(field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldType;

    #[test]
    fn additional_fields_stand_behind_the_core_fields() {
        let schema =
            Schema::builder().field("user", Field::new("role", FieldType::String)).plural().build().unwrap();
        let user = schema.model(crate::user::MODEL).unwrap();
        assert_eq!(user.find("role").unwrap().position(), crate::user::UPDATED_AT.position() + 1);
        assert_eq!(user.table(), "auth_users");
    }

    #[test]
    fn better_auth_has_names_of_its_own() {
        let schema = Schema::builder().better_auth_names().build().unwrap();
        let tables: Vec<&str> = schema.models().map(|(_, model)| model.table()).collect();
        assert_eq!(tables, ["user", "session", "account", "verification", "rateLimit"]);
        let session = schema.model(crate::session::MODEL).unwrap();
        assert_eq!(session.fields()[crate::session::EXPIRES_AT.position()].column, "expiresAt");
        assert_eq!(session.fields()[0].column, "id");
    }

    #[test]
    fn the_first_problem_is_told() {
        let unknown = Schema::builder().table("usr", "x").column("user", "nme", "y").build().unwrap_err();
        assert_eq!(unknown, SchemaError::UnknownModel { name: "usr".into() });
        let unknown = Schema::builder().column("user", "nme", "y").build().unwrap_err();
        assert_eq!(unknown, SchemaError::UnknownField { model: "user".into(), field: "nme".into() });
        let twice = Schema::builder().field("user", Field::new("eMail", FieldType::String)).build();
        assert!(matches!(twice, Err(SchemaError::Duplicate { .. })));
        let nowhere = Field::new("team_id", FieldType::String).references("team", "id");
        let nowhere = Schema::builder().field("user", nowhere).build().unwrap_err();
        assert_eq!(nowhere, SchemaError::UnknownModel { name: "team".into() });
    }
}
