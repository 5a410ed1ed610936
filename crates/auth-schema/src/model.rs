//! Models, and the schema that lists them.

use crate::builder::SchemaBuilder;
use crate::error::SchemaError;
use crate::field::Field;
use crate::id::{IdStrategy, IdType};

/// Every model of an authentication database; the core models first.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    models: Vec<Model>,
}

/// One model: a table seen from above. Its first field is always `id`.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) ids: IdStrategy,
    unique_together: Vec<Vec<FieldId>>,
    index_together: Vec<Vec<FieldId>>,
}

/// Handle of a model in the schema that made it. Copying it costs nothing; no name is compared at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(u16);

/// Position of a field in its model, and of its value in a record. `FieldId::ID` is every model's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(u16);

impl Schema {
    /// Puts models together.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Duplicate`] when two models share a name or a table; [`SchemaError::UnknownModel`] and
    /// [`SchemaError::UnknownField`] when a field points to what is not there.
    pub fn new(models: Vec<Model>) -> Result<Self, SchemaError> {
        reject_duplicates("model", models.iter().map(|model| model.name.as_str()))?;
        reject_duplicates("table", models.iter().map(|model| model.table.as_str()))?;
        let mut schema = Self { models };
        schema.spell_references()?;
        Ok(schema)
    }

    /// Writes the names of references as the models and fields have them: later they are compared as they stand.
    fn spell_references(&mut self) -> Result<(), SchemaError> {
        let names = self.clone();
        for field in self.models.iter_mut().flat_map(|model| &mut model.fields) {
            if let Some(reference) = &mut field.references {
                let target = names.model(names.find(&reference.model)?)?;
                let position = target.find(&reference.field)?.position();
                reference.model.clone_from(&target.name);
                reference.field.clone_from(&target.fields[position].name);
            }
        }
        Ok(())
    }

    /// Starts from the core models; fields, models, names and ids are added to them.
    pub fn builder() -> SchemaBuilder {
        SchemaBuilder::new(Self::core().models)
    }

    /// Takes the schema apart to change it.
    pub fn into_builder(self) -> SchemaBuilder {
        SchemaBuilder::new(self.models)
    }

    /// The models in an order in which their tables can be created: each after those that it points to.
    pub fn creation_order(&self) -> Vec<&Model> {
        let mut order: Vec<&Model> = Vec::with_capacity(self.models.len());
        let mut waiting: Vec<&Model> = self.models.iter().collect();
        while !waiting.is_empty() {
            let stands = |name: &str| order.iter().any(|model| model.name == name);
            let ready = |model: &&Model| {
                let targets = model.fields.iter().filter_map(|field| field.references.as_ref());
                targets.into_iter().all(|target| target.model == model.name || stands(&target.model))
            };
            // A circle has no order; its tables are created as they come and the engine has its say.
            let position = waiting.iter().position(ready).unwrap_or(0);
            order.push(waiting.remove(position));
        }
        order
    }

    /// What the column of a field holds if the field is an id or points to one; `None` for any other field.
    pub fn id_type(&self, model: &Model, id: FieldId) -> Option<IdType> {
        if id == FieldId::ID {
            return Some(model.ids.id_type());
        }
        let field = model.field(id).filter(|field| field.points_to_an_id())?;
        let target = self.find(&field.references.as_ref()?.model).ok()?;
        Some(self.model(target).ok()?.ids.id_type())
    }

    pub(crate) fn trusted(models: Vec<Model>) -> Self {
        Self { models }
    }

    /// All models with their handles.
    pub fn models(&self) -> impl Iterator<Item = (ModelId, &Model)> {
        self.models.iter().enumerate().map(|(position, model)| (ModelId::new(position), model))
    }

    /// Finds the handle of a model by its logical name (`user`), without regard to underscores and case.
    ///
    /// # Errors
    ///
    /// [`SchemaError::UnknownModel`].
    pub fn find(&self, name: &str) -> Result<ModelId, SchemaError> {
        self.models
            .iter()
            .position(|model| same_name(&model.name, name))
            .map(ModelId::new)
            .ok_or_else(|| SchemaError::UnknownModel { name: name.to_owned() })
    }

    /// The model behind a handle.
    ///
    /// # Errors
    ///
    /// [`SchemaError::ForeignModel`] when the handle was made by a larger schema.
    pub fn model(&self, id: ModelId) -> Result<&Model, SchemaError> {
        self.models.get(id.position()).ok_or(SchemaError::ForeignModel { id })
    }
}

impl Model {
    /// Declares a model; the field `id` (text, unique) is added in front.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Duplicate`] when two fields share a name or a column.
    pub fn new(
        name: impl Into<String>,
        table: impl Into<String>,
        fields: Vec<Field>,
    ) -> Result<Self, SchemaError> {
        let model = Self::trusted(name, table, fields);
        model.check_names()?;
        Ok(model)
    }

    pub(crate) fn check_names(&self) -> Result<(), SchemaError> {
        let of = |what: &str| format!("{what} of {}", self.name);
        reject_duplicates(&of("field"), self.fields.iter().map(|field| field.name.as_str()))?;
        reject_duplicates(&of("column"), self.fields.iter().map(|field| field.column.as_str()))
    }

    pub(crate) fn trusted(name: impl Into<String>, table: impl Into<String>, mut fields: Vec<Field>) -> Self {
        fields.insert(0, Field::new("id", crate::field::FieldType::String).unique());
        Self {
            name: name.into(),
            table: table.into(),
            fields,
            ids: IdStrategy::default(),
            unique_together: Vec::new(),
            index_together: Vec::new(),
        }
    }

    /// Says how the ids are made.
    #[must_use]
    pub fn with_ids(mut self, ids: IdStrategy) -> Self {
        self.ids = ids;
        self
    }

    /// How the ids are made.
    pub fn ids(&self) -> &IdStrategy {
        &self.ids
    }

    /// Makes the values of some fields unique together.
    #[must_use]
    pub fn with_unique_together(mut self, fields: Vec<FieldId>) -> Self {
        self.unique_together.push(fields);
        self
    }

    /// Asks for an index over some fields.
    #[must_use]
    pub fn with_index_together(mut self, fields: Vec<FieldId>) -> Self {
        self.index_together.push(fields);
        self
    }

    /// The groups of fields that share an index.
    pub fn index_together(&self) -> &[Vec<FieldId>] {
        &self.index_together
    }

    /// The groups of fields that are unique together.
    pub fn unique_together(&self) -> &[Vec<FieldId>] {
        &self.unique_together
    }

    /// Logical name: `user`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Table in the database: `auth_users`.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The fields in order, `id` first.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Finds a field by its logical name, without regard to underscores and case
    /// (`emailVerified` is `email_verified`).
    ///
    /// # Errors
    ///
    /// [`SchemaError::UnknownField`].
    pub fn find(&self, name: &str) -> Result<FieldId, SchemaError> {
        self.fields
            .iter()
            .position(|field| same_name(&field.name, name))
            .map(FieldId::new)
            .ok_or_else(|| SchemaError::UnknownField { model: self.name.clone(), field: name.to_owned() })
    }

    /// The field at a position, if the model has so many.
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.get(id.position())
    }
}

impl ModelId {
    pub(crate) const fn new(position: usize) -> Self {
        Self(narrow(position))
    }

    /// A handle that no schema of a usual size has made, for tests of what happens to one.
    pub const fn of_another_schema() -> Self {
        Self(u16::MAX)
    }

    /// Position of the model in its schema.
    pub const fn position(self) -> usize {
        self.0 as usize
    }
}

impl FieldId {
    /// The id, which is the first field of every model.
    pub const ID: Self = Self(0);

    /// The field at a position.
    pub const fn new(position: usize) -> Self {
        Self(narrow(position))
    }

    /// Position of the field in its model.
    pub const fn position(self) -> usize {
        self.0 as usize
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates: no schema has 65,535 models or fields")]
const fn narrow(position: usize) -> u16 {
    if position > u16::MAX as usize { u16::MAX } else { position as u16 }
}

/// A name without underscores, each word but the first with a capital letter: `email_verified` is `emailVerified`.
pub fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (position, word) in name.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if position > 0 => camel.extend(first.to_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}

/// A name in lower case, words parted by underscores: `emailVerified` is `email_verified`, `credentialID` is `credential_id`.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| letters.get(before));
        let after_small = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let starts_word = before.is_some_and(|before| before.is_uppercase())
            && letters.get(position + 1).is_some_and(|after| after.is_lowercase());
        if letter.is_uppercase() && (after_small || starts_word) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Whether two names are one: they are compared without underscores and case.
pub fn same_name(left: &str, right: &str) -> bool {
    left == right || plain(left).eq(plain(right))
}

fn plain(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
}

fn reject_duplicates<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), SchemaError> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.iter().any(|other| same_name(other, name)) {
            return Err(SchemaError::Duplicate { what: what.to_owned(), name: name.to_owned() });
        }
        seen.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldType;

    #[test]
    fn names_meet_without_underscores_and_case() {
        let schema = Schema::core();
        let user = schema.model(schema.find("USER").unwrap()).unwrap();
        assert_eq!(user.find("emailVerified"), user.find("email_verified"));
        assert_eq!(schema.find("rateLimit"), schema.find("rate_limit"));
    }

    #[test]
    fn acronyms_are_one_word() {
        for (camel, snake) in [
            ("emailVerified", "email_verified"),
            ("credentialID", "credential_id"),
            ("userIDHash", "user_id_hash"),
            ("rate_limit", "rate_limit"),
            ("id", "id"),
        ] {
            assert_eq!(snake_case(camel), snake);
        }
    }

    #[test]
    fn an_unknown_name_is_named() {
        let schema = Schema::core();
        let error = schema.find("usr").unwrap_err();
        assert_eq!(error.to_string(), "model \"usr\" is not in the schema: declare it, or correct the name");
    }

    #[test]
    fn references_are_spelled_as_their_targets_are() {
        let owner = Field::new("owner", FieldType::String).references("USER", "Id");
        let schema = Schema::builder().model(Model::new("thing", "things", vec![owner])).build().unwrap();
        let thing = schema.model(schema.find("thing").unwrap()).unwrap();
        let reference = thing.fields()[1].references.as_ref().unwrap();
        assert_eq!((reference.model.as_str(), reference.field.as_str()), ("user", "id"));
        assert!(schema.id_type(thing, FieldId::new(1)).is_some());
    }

    #[test]
    fn two_fields_of_one_name_are_refused() {
        let fields =
            vec![Field::new("a_b", FieldType::String), Field::new("aB", FieldType::String).column("other")];
        let error = Model::new("thing", "things", fields).unwrap_err();
        assert_eq!(error, SchemaError::Duplicate { what: "field of thing".into(), name: "aB".into() });
    }
}
