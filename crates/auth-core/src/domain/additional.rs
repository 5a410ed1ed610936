//! Values of the fields that an application or a plugin added to a model.

use std::collections::BTreeMap;

use auth_schema::Value;

/// Values of additional fields by the field's name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Additional(BTreeMap<String, Value>);

impl Additional {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }

    /// Sets a value.
    pub fn set(&mut self, field: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(field.into(), value.into());
    }

    /// The value of a field; `None` when it is absent.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields with their values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }

    /// The fields with their values, taken out.
    pub(crate) fn into_values(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }

    /// Keeps the fields that a rule admits.
    pub(crate) fn retain(&mut self, admits: impl Fn(&str) -> bool) {
        self.0.retain(|field, _| admits(field));
    }
}
