//! Values of the fields that an application or a plugin added to a model.

use auth_schema::{Value, same_name};

/// Values of additional fields by the field's name, in the order in which they were set. Names meet without regard to
/// underscores and case, as everywhere: `phoneNumber` is `phone_number`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Additional(Vec<(String, Value)>);

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

    /// Sets a value; the one that was there is gone.
    pub fn set(&mut self, field: impl Into<String>, value: impl Into<Value>) {
        let (field, value) = (field.into(), value.into());
        match self.0.iter_mut().find(|(name, _)| same_name(name, &field)) {
            Some((_, old)) => *old = value,
            None => self.0.push((field, value)),
        }
    }

    /// The value of a field; `None` when it is absent.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| same_name(name, field)).map(|(_, value)| value)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }

    /// The fields with their values, taken out.
    pub(crate) fn into_values(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }

    /// Keeps the fields that a rule admits.
    pub(crate) fn retain(&mut self, admits: impl Fn(&str) -> bool) {
        self.0.retain(|(field, _)| admits(field));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_one_value_however_it_is_spelled() {
        let mut fields = Additional::new().with("role_hint", "admin").with("age", 1_i64);
        fields.set("roleHint", "safe");
        assert_eq!(fields.get("ROLE_HINT"), Some(&Value::from("safe")));
        assert_eq!(fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["role_hint", "age"]);
    }
}
