//! What a plan says, in whatever words of its engine: which indexes, whether a table is read whole, whether rows are sorted.

use std::collections::BTreeSet;

use auth_tests::backend::Backend;
use serde_json::Value;

/// A primary key, which every engine names in its own way.
pub const PRIMARY_KEY: &str = "primary key";

/// What a plan says.
#[derive(Debug, Default)]
pub struct Reading {
    /// The indexes that it uses.
    pub indexes: BTreeSet<String>,
    /// A table or an index that is read from one end to the other.
    pub scanned: Option<String>,
    /// Whether it sorts what it finds. Rows that an index gives in order may be put in order among those of one value.
    pub sorts: bool,
}

/// Reads a plan.
pub fn read(backend: Backend, sql: &str, text: &str) -> Reading {
    let mut reading = Reading::default();
    // The first rows of an order come from the beginning of an index.
    let whole = !sql.contains(" LIMIT ");
    match backend {
        Backend::Postgres => postgres(&serde_json::from_str(text).unwrap(), whole, &mut reading),
        Backend::Sqlite => text.lines().for_each(|line| sqlite(line, whole, &mut reading)),
        _ => mysql(&serde_json::from_str(text).unwrap(), whole, &mut reading),
    }
    reading
}

fn postgres(node: &Value, whole: bool, reading: &mut Reading) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| postgres(node, whole, reading)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            match text("Node Type") {
                "Seq Scan" => reading.scanned = Some(text("Relation Name").to_owned()),
                "Sort" => reading.sorts = true,
                "Index Scan" | "Index Only Scan" if whole && !fields.contains_key("Index Cond") => {
                    reading.scanned = Some(text("Index Name").to_owned());
                }
                _ => {}
            }
            if let Some(index) = fields.get("Index Name").and_then(Value::as_str) {
                let primary = index.ends_with("_pkey");
                reading.indexes.insert(if primary { PRIMARY_KEY } else { index }.to_owned());
            }
            fields.values().for_each(|field| postgres(field, whole, reading));
        }
        _ => {}
    }
}

fn mysql(node: &Value, whole: bool, reading: &mut Reading) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| mysql(node, whole, reading)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            reading.sorts |= fields.contains_key("filesort") || fields.contains_key("temporary_table");
            match text("access_type") {
                "ALL" => reading.scanned = Some(text("table_name").to_owned()),
                "index" if whole => reading.scanned = Some(text("key").to_owned()),
                _ => {}
            }
            if let Some(index) = fields.get("key").and_then(Value::as_str) {
                reading.indexes.insert(if index == "PRIMARY" { PRIMARY_KEY } else { index }.to_owned());
            }
            fields.values().for_each(|field| mysql(field, whole, reading));
        }
        _ => {}
    }
}

fn sqlite(line: &str, whole: bool, reading: &mut Reading) {
    reading.sorts |= line.starts_with("USE TEMP B-TREE") && !line.contains(" LAST ");
    let index = line.split_once(" INDEX ").and_then(|(_, rest)| rest.split(' ').next());
    if let Some(index) = index {
        let primary = index.starts_with("sqlite_autoindex_");
        reading.indexes.insert(if primary { PRIMARY_KEY } else { index }.to_owned());
    }
    if let Some(rest) = line.strip_prefix("SCAN ")
        && (index.is_none() || whole)
    {
        reading.scanned = Some(rest.to_owned());
    }
}
