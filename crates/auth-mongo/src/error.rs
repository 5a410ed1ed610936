//! Turns the driver's errors into the waist's, by code and label. What a server says in words is not passed on: it repeats the values of
//! documents, addresses and tokens among them.

use auth_core::adapter::AdapterError;
use mongodb::bson::Document;
use mongodb::error::{
    Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT, WriteFailure,
};

use crate::collection::Collection;

/// What the driver or the server says, without values.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

/// An earlier statement of the transaction gave way.
#[derive(Debug, thiserror::Error)]
#[error("an earlier statement of the transaction gave way")]
pub(crate) struct GaveWay;

/// Classifies a failure of an operation, on a collection if there is one.
pub(crate) fn classify(error: &Error, operation: &'static str, of: Option<&Collection>) -> AdapterError {
    let code = code(error);
    if let (Some(of), Some(DUPLICATE_KEY)) = (of, code) {
        return conflict(error, of);
    }
    let source = Box::new(told(error, code));
    match (&*error.kind, code) {
        (ErrorKind::Shutdown, _) => return AdapterError::Closed,
        // Nothing was sent, also inside a transaction: to run it again at once would be in vain.
        (
            ErrorKind::ServerSelection { .. }
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::Authentication { .. }
            | ErrorKind::InvalidTlsConfig { .. },
            _,
        ) => return AdapterError::Unavailable(source),
        (_, Some(IMMUTABLE_FIELD)) => {
            let advice = "create a new row with the other id and delete the old one";
            return AdapterError::Unsupported { what: "change the id of a row", advice };
        }
        _ => {}
    }
    if error.contains_label(TRANSIENT_TRANSACTION_ERROR) || code == Some(WRITE_CONFLICT) {
        return AdapterError::Retryable(source);
    }
    match (&*error.kind, code) {
        (ErrorKind::ConnectionPoolCleared { .. }, _) => AdapterError::Unavailable(source),
        (_, Some(code)) if NOT_PRIMARY.contains(&code) => AdapterError::Unavailable(source),
        (ErrorKind::Io(_), _) => AdapterError::ConnectionLost(source),
        (_, Some(code)) if INTERRUPTED.contains(&code) => AdapterError::ConnectionLost(source),
        (_, Some(DOCUMENT_VALIDATION)) => {
            let (model_name, table) =
                of.map_or_else(Default::default, |of| (of.model_name.clone(), of.name.clone()));
            AdapterError::Refused { model_name, table, source }
        }
        _ => {
            let table = of.map_or_else(String::new, |of| of.name.clone());
            AdapterError::Database { operation, table, source }
        }
    }
}

/// Classifies a failure of a commit that is not repeated any more.
pub(crate) fn classify_commit(error: &Error) -> AdapterError {
    if is_unknown_commit(error) {
        return AdapterError::UnknownOutcome(Box::new(told(error, code(error))));
    }
    match classify(error, "commit", None) {
        AdapterError::Unavailable(source) | AdapterError::ConnectionLost(source) => {
            AdapterError::UnknownOutcome(source)
        }
        other => other,
    }
}

/// Whether a commit may have happened and may be sent once more.
pub(crate) fn is_unknown_commit(error: &Error) -> bool {
    error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
}

/// Whether values stand more than once that an index is to keep apart.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(DUPLICATE_KEY)
}

/// The code that the server gave.
pub(crate) fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        _ => None,
    }
}

/// The error without the values that it may repeat.
pub(crate) fn without_values(error: &Error) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(told(error, code(error)))
}

fn told(error: &Error, code: Option<i32>) -> Told {
    Told(match (&*error.kind, code) {
        (ErrorKind::Command(command), _) => {
            format!("MongoDB answered with error {} ({})", command.code, command.code_name)
        }
        (_, Some(code)) => format!("MongoDB answered with error {code}"),
        (ErrorKind::BsonDeserialization(_) | ErrorKind::BsonSerialization(_) | ErrorKind::Bson(_), _) => {
            "a document cannot be read or written".to_owned()
        }
        (kind, None) => kind.to_string(),
    })
}

fn conflict(error: &Error, of: &Collection) -> AdapterError {
    let columns = key_pattern(error).or_else(|| named_index(error, of)).unwrap_or_default();
    let named = |name: &String| of.columns.iter().find(|column| column.name == *name);
    let fields = columns.iter().filter_map(named).map(|column| column.field.clone()).collect();
    AdapterError::Conflict {
        model: of.model,
        model_name: of.model_name.clone(),
        table: of.name.clone(),
        fields,
        constraint: columns.join(", "),
        source: Some(Box::new(told(error, Some(DUPLICATE_KEY)))),
    }
}

/// The fields of the violated index, where the driver passes the server's answer on.
fn key_pattern(error: &Error) -> Option<Vec<String>> {
    let response = Document::try_from(error.server_response()?.as_ref()).ok()?;
    let keys =
        |document: &Document| Some(document.get_document("keyPattern").ok()?.keys().cloned().collect());
    keys(&response).or_else(|| keys(response.get_array("writeErrors").ok()?.first()?.as_document()?))
}

/// The same for an insertion, of which the driver keeps nothing but words: the name of the index stands in them before any value.
fn named_index(error: &Error, of: &Collection) -> Option<Vec<String>> {
    let ErrorKind::Write(WriteFailure::WriteError(write)) = &*error.kind else {
        return None;
    };
    let (_, rest) = write.message.split_once(" index: ")?;
    let (name, _) = rest.split_once(" dup key")?;
    of.indexes.iter().find(|(other, _)| other == name).map(|(_, columns)| columns.clone())
}

/// A collection that is there already.
pub(crate) const NAMESPACE_EXISTS: i32 = 48;
/// An index of the same keys or name that is another.
pub(crate) const INDEX_CONFLICTS: [i32; 2] = [85, 86];
const IMMUTABLE_FIELD: i32 = 66;
const WRITE_CONFLICT: i32 = 112;
const DOCUMENT_VALIDATION: i32 = 121;
const DUPLICATE_KEY: i32 = 11000;
const NOT_PRIMARY: [i32; 3] = [10058, 10107, 13435];
const INTERRUPTED: [i32; 5] = [91, 189, 11600, 11602, 13436];
