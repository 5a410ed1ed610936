//! What an application says about a field in code: functions that fill, change or check its value.

use std::fmt;
use std::sync::Arc;

use crate::value::Value;

/// What fills a field that is absent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fill {
    /// Always the same value.
    Value(Value),
    /// The current time.
    Now,
    /// What a function gives.
    Function(Generator),
}

/// A function that makes a value. It is called once for each row.
#[derive(Clone)]
pub struct Generator(Arc<dyn Fn() -> Value + Send + Sync>);

/// A function that changes a value on its way into or out of the database. It is not called for null.
#[derive(Clone)]
pub struct Transform(Arc<dyn Fn(Value) -> Value + Send + Sync>);

/// A function that checks what a client sends and gives the value to store, or says what is wrong with it.
#[derive(Clone)]
pub struct Validator(Arc<Check>);

type Check = dyn Fn(Value) -> Result<Value, String> + Send + Sync;

impl Generator {
    /// Wraps a function.
    pub fn new<V: Into<Value>>(make: impl Fn() -> V + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || make().into()))
    }

    /// Calls it.
    pub fn make(&self) -> Value {
        (self.0)()
    }
}

impl Transform {
    /// Wraps a function.
    pub fn new(change: impl Fn(Value) -> Value + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    /// Calls it, unless the value is null.
    pub fn apply(&self, value: Value) -> Value {
        if value.is_null() { value } else { (self.0)(value) }
    }
}

impl Validator {
    /// Wraps a function.
    pub fn new(check: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(check))
    }

    /// Calls it.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, for the person who sent it.
    pub fn check(&self, value: Value) -> Result<Value, String> {
        (self.0)(value)
    }
}

impl From<Value> for Fill {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl PartialEq for Generator {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Transform {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Validator {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Generator(…)")
    }
}

impl fmt::Debug for Transform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transform(…)")
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Validator(…)")
    }
}
