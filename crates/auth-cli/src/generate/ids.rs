//! What Better Auth must be told of ids, for the comment on a generated schema.

use auth_schema::{IdStrategy, Schema};

/// Lines of a comment; nothing if the ids are those that Better Auth makes by itself.
pub(super) fn advice(schema: &Schema, mark: &str) -> String {
    let kinds: Vec<(&str, Option<&str>)> =
        schema.models().map(|(_, model)| (model.name(), setting(model.ids()))).collect();
    let first = kinds.first().and_then(|(_, kind)| *kind);
    if kinds.iter().all(|(_, kind)| *kind == first) {
        let line = |kind| format!("{mark}\n{mark} Ids need advanced.database.generateId: {kind}.\n");
        return first.map_or_else(String::new, line);
    }
    let head = "Ids need a function as advanced.database.generateId. It is told the model:";
    let line = |(model, kind): &(&str, Option<&str>)| {
        format!("{mark}   {model}: {}\n", kind.unwrap_or("32 letters and digits"))
    };
    let lines: Vec<String> = kinds.iter().map(line).collect();
    format!("{mark}\n{mark} {head}\n{mark}\n{}", lines.concat())
}

fn setting(ids: &IdStrategy) -> Option<&'static str> {
    match ids {
        IdStrategy::Random => None,
        IdStrategy::UuidV4 | IdStrategy::UuidV7 => Some("\"uuid\""),
        IdStrategy::Serial => Some("\"serial\""),
        IdStrategy::Database(_) => Some("false"),
        _ => Some("a function that makes such ids"),
    }
}
