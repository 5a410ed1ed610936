//! What is asked of an adapter: filters, order, joins.

use auth_schema::{FieldId, FieldType, ModelId, Schema};

use super::{AdapterError, Record, Value};

/// A question for rows of one model.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Query {
    /// The model that is asked for.
    pub model: ModelId,
    /// Which rows.
    pub filter: Filter,
    /// In which order; without one the order is free.
    pub sort: Vec<Sort>,
    /// At most so many rows of the model itself, joined rows not counted; `None`: all.
    pub limit: Option<u64>,
    /// So many rows are passed over first.
    pub offset: u64,
    /// Which fields; `None`: all. Joined rows always come whole.
    pub select: Option<Vec<FieldId>>,
    /// Rows of other models that come along.
    pub joins: Vec<Join>,
    /// Inside a transaction: no other transaction changes the rows until this one ends. Not with joins.
    pub lock: bool,
    /// Outside a transaction: [`super::Adapter::find_many`] may answer from a database that follows the first, and lags.
    pub replica: bool,
}

/// Conditions: (all of `all`) and (one of `any`); an empty part holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Every one must hold.
    pub all: Vec<Condition>,
    /// At least one must hold, if there are any.
    pub any: Vec<Condition>,
}

/// One comparison of a field with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: FieldId,
    /// How it is compared.
    pub operator: Operator,
    /// With what. [`Operator::In`] and [`Operator::NotIn`] take a [`Value::List`]. `Equal` and `NotEqual`
    /// with null ask for null; any other comparison with null holds for no row.
    pub value: Value,
    /// Whether upper and lower case of text are told apart.
    pub case: Case,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal, or null.
    Equal,
    /// Not equal, or not null.
    NotEqual,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
    /// Greater than.
    Greater,
    /// Greater than or equal.
    GreaterOrEqual,
    /// One of a list; an empty list holds nothing.
    In,
    /// None of a list; an empty list excludes nothing.
    NotIn,
    /// Text that contains a text, literally.
    Contains,
    /// Text that starts with a text, literally.
    StartsWith,
    /// Text that ends with a text, literally.
    EndsWith,
}

/// Whether upper and lower case are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Case {
    /// `a` is not `A`.
    #[default]
    Sensitive,
    /// `a` is `A`, for ASCII letters.
    Insensitive,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The field.
    pub field: FieldId,
    /// Which end comes first.
    pub direction: Direction,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// Rows of another model whose field `to` equals the row's field `from`. Rows without a match are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The other model.
    pub model: ModelId,
    /// Field of the row.
    pub from: FieldId,
    /// Field of the other model.
    pub to: FieldId,
    /// Which of its rows.
    pub filter: Filter,
    /// How many.
    pub kind: JoinKind,
}

/// How many rows a join brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// At most one: `to` is unique, or any one of the matches is taken.
    One,
    /// All, or at most `limit` for each row.
    Many {
        /// At most so many for each row.
        limit: Option<u64>,
    },
}

/// Which row [`super::Adapter::consume_one`] takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Consume {
    /// The model.
    pub model: ModelId,
    /// Which rows may be taken.
    pub filter: Filter,
    /// The first in this order is returned.
    pub sort: Option<Sort>,
    /// Whether every other match is deleted along with the row that is returned, so that a superseded value
    /// cannot be presented later. Then, too, at most one caller receives a row.
    pub with_all_matches: bool,
}

/// Which rows [`super::Adapter::delete_batch`] deletes.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The model.
    pub model: ModelId,
    /// Which rows may go.
    pub filter: Filter,
    /// Which of them go first; without one the order is free.
    pub sort: Option<Sort>,
    /// At most so many rows; 0: none, without a statement.
    pub limit: u64,
}

/// What [`super::Adapter::delete_batch`] deleted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Deleted {
    /// How many rows.
    pub count: u64,
    /// The last of their values in the order, where the engine has to be told where the next batch begins: it would look
    /// again at what it has deleted.
    pub last: Option<Value>,
}

/// A guarded addition to one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Increment {
    /// The model.
    pub model: ModelId,
    /// Selects the row and guards the write.
    pub filter: Filter,
    /// What is added to which field; may be negative.
    pub add: Vec<(FieldId, i64)>,
    /// Fields that are set along with it.
    pub set: Record,
}

impl Query {
    /// Asks for all rows of a model.
    pub fn new(model: ModelId) -> Self {
        Self {
            model,
            filter: Filter::default(),
            sort: Vec::new(),
            limit: None,
            offset: 0,
            select: None,
            joins: Vec::new(),
            lock: false,
            replica: false,
        }
    }

    /// Asks for rows that pass a filter.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Adds a key to the order.
    #[must_use]
    pub fn sort(mut self, field: FieldId, direction: Direction) -> Self {
        self.sort.push(Sort { field, direction });
        self
    }

    /// Limits the number of rows.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Passes over rows.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// Asks for some fields only.
    #[must_use]
    pub fn select(mut self, fields: Vec<FieldId>) -> Self {
        self.select = Some(fields);
        self
    }

    /// Locks the rows until the transaction ends.
    #[must_use]
    pub fn lock(mut self) -> Self {
        self.lock = true;
        self
    }

    /// Lets the rows come from a replica, where there is one: for lists that may be some seconds old, never for what decides.
    #[must_use]
    pub fn on_replica(mut self) -> Self {
        self.replica = true;
        self
    }

    /// Brings rows of another model along.
    #[must_use]
    pub fn join(mut self, join: Join) -> Self {
        self.joins.push(join);
        self
    }
}

impl Join {
    /// At most one row of another model whose field `to` equals the field `from`.
    pub fn one(model: ModelId, from: FieldId, to: FieldId) -> Self {
        Self { model, from, to, filter: Filter::everything(), kind: JoinKind::One }
    }
}

impl Increment {
    /// Refuses an increment that neither adds nor sets, or adds to what is no counter. Every adapter asks it first.
    ///
    /// # Errors
    ///
    /// [`AdapterError::InvalidValue`].
    pub fn check(&self, schema: &Schema) -> Result<(), AdapterError> {
        let model = schema.model(self.model)?;
        for (field, _) in &self.add {
            let kind = model.field(*field).map(|field| field.field_type);
            if !matches!(kind, None | Some(FieldType::Integer | FieldType::BigInteger)) {
                return Err(AdapterError::invalid(
                    model,
                    *field,
                    "integer",
                    "not a counter of whole numbers",
                ));
            }
        }
        if !self.add.is_empty() || !self.set.is_empty() {
            return Ok(());
        }
        let problem = "an increment adds to or sets at least one field";
        let model = model.name().to_owned();
        Err(AdapterError::InvalidValue { model, field: String::new(), found: "nothing", problem })
    }
}

impl Filter {
    /// Every row.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Rows whose field equals a value.
    pub fn equal(field: FieldId, value: impl Into<Value>) -> Self {
        Self::default().and(field, Operator::Equal, value)
    }

    /// Adds a condition that must hold.
    #[must_use]
    pub fn and(mut self, field: FieldId, operator: Operator, value: impl Into<Value>) -> Self {
        self.all.push(Condition::new(field, operator, value));
        self
    }

    /// Adds a condition of which one must hold.
    #[must_use]
    pub fn or(mut self, field: FieldId, operator: Operator, value: impl Into<Value>) -> Self {
        self.any.push(Condition::new(field, operator, value));
        self
    }

    /// Rows of these ids.
    pub fn ids(ids: impl IntoIterator<Item = Value>) -> Self {
        Self::default().and(FieldId::ID, Operator::In, Value::List(ids.into_iter().collect()))
    }

    /// Whether no row passes whose field is null, by a comparison that null never passes.
    pub(crate) fn excludes_null(&self, field: FieldId) -> bool {
        use Operator::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let compares = |condition: &Condition| {
            condition.field == field
                && matches!(condition.operator, Less | LessOrEqual | Greater | GreaterOrEqual)
        };
        self.all.iter().any(compares)
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty()
    }
}

impl Condition {
    /// Compares a field, telling upper from lower case.
    pub fn new(field: FieldId, operator: Operator, value: impl Into<Value>) -> Self {
        Self { field, operator, value: value.into(), case: Case::Sensitive }
    }

    /// Compares without regard to ASCII case.
    #[must_use]
    pub fn insensitive(mut self) -> Self {
        self.case = Case::Insensitive;
        self
    }
}
