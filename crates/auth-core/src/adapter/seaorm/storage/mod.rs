//! How a column physically stores a field's values.

mod bind;
mod choose;
mod instant;
mod read;

pub(super) use self::instant::{from_unix_millis, unix_millis};

/// The physical form of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// UTF-8 text.
    Text,
    /// An id in a column of UUIDs.
    IdUuid,
    /// An id in a column of 32-bit integers.
    IdInteger,
    /// An id in a column of 64-bit integers.
    IdBigInteger,
    /// 32-bit integer.
    Integer,
    /// An id in a column of unsigned integers (MySQL).
    IdUnsigned,
    /// 64-bit integer.
    BigInteger,
    /// Unsigned integer of any width (MySQL).
    Unsigned,
    /// Double.
    Float,
    /// Boolean, or 0 and 1.
    Boolean,
    /// PostgreSQL's `timestamptz`.
    Timestamp,
    /// MySQL's `timestamp(3)` in a UTC session: seconds of 32 bits, and a later instant would become null.
    TimestampUntil2038,
    /// PostgreSQL's `timestamp`, MySQL's `datetime(3)`: without a zone, read and written as UTC.
    TimestampWithoutZone,
    /// SQLite text, always `2026-11-24T12:00:00.345Z`: fixed width, so that text sorts as time does.
    TimestampText,
    /// SQLite text, always `2026-11-24T12:00:00.345+00:00`, as Prisma writes it.
    TimestampOffsetText,
    /// SQLite integer, milliseconds since 1970.
    TimestampMillis,
    /// The engine's JSON type.
    Json,
    /// JSON as text.
    JsonText,
    /// A list in the engine's JSON type.
    List,
    /// A list as JSON text.
    ListText,
    /// PostgreSQL's `text[]`.
    TextArray,
    /// PostgreSQL's `integer[]`.
    IntegerArray,
    /// PostgreSQL's `bigint[]`.
    BigIntegerArray,
    /// The engine's exact decimal type.
    Decimal,
    /// A decimal number as text.
    DecimalText,
    /// A decimal number in SQLite's doubles: exact to some 15 digits.
    DecimalFloat,
    /// Raw bytes.
    Bytes,
    /// The engine's UUID type, or its 16 bytes.
    Uuid,
    /// A UUID as text.
    UuidText,
    /// A calendar day.
    Date,
    /// A time of day.
    Time,
}

impl Storage {
    /// Names the form, for errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer | Self::BigInteger | Self::Unsigned => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Timestamp | Self::TimestampUntil2038 | Self::TimestampWithoutZone => "timestamp",
            Self::TimestampText | Self::TimestampOffsetText => "an instant as ISO 8601 text",
            Self::TimestampMillis => "an instant in milliseconds",
            Self::Json | Self::JsonText => "json",
            Self::IdUuid | Self::Uuid | Self::UuidText => "a UUID",
            Self::IdInteger | Self::IdBigInteger | Self::IdUnsigned => "a number",
            Self::List | Self::ListText | Self::TextArray | Self::IntegerArray | Self::BigIntegerArray => {
                "a list"
            }
            Self::Decimal | Self::DecimalText | Self::DecimalFloat => "a decimal number",
            Self::Bytes => "bytes",
            Self::Date => "a day",
            Self::Time => "a time of day",
        }
    }

    /// Whether the engine tells the least and the greatest of the column's values.
    pub(super) fn has_extremes(self) -> bool {
        matches!(self, Self::Timestamp | Self::TimestampWithoutZone | Self::Integer | Self::BigInteger)
    }

    /// Whether the column holds numbers as ids.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::IdInteger | Self::IdBigInteger | Self::IdUnsigned)
    }

    /// Whether the column holds ids in another form than text.
    pub(super) fn is_typed_id(self) -> bool {
        self == Self::IdUuid || self.is_number()
    }
}
