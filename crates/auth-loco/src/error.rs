//! What goes wrong, in Loco's terms.

use std::error::Error;

use auth_core::adapter::AdapterError;

/// Tells what went wrong with every source, because Loco shows the outermost text alone.
pub(crate) fn told(error: &(dyn Error + 'static)) -> loco_rs::Error {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(next) = source {
        text.push_str(": ");
        text.push_str(&next.to_string());
        source = next.source();
    }
    loco_rs::Error::Message(text)
}

/// The same of an adapter that was not built, with the way to migrate that a Loco application has.
pub(crate) fn no_adapter(error: &AdapterError) -> loco_rs::Error {
    let AdapterError::Catalogue(catalogue) = error else {
        return told(error);
    };
    let problems: Vec<String> = catalogue.problems.iter().map(ToString::to_string).collect();
    loco_rs::Error::Message(format!(
        "the database does not fit: {}. Is `auth_loco::migrations()` in the Migrator? Then run `db migrate`, or set \
         `database.auto_migrate`",
        problems.join("; ")
    ))
}
