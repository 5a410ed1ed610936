//! Relations in Prisma's words, under the keys that Better Auth's adapter joins by.

use auth_schema::{Model, OnDelete};

use super::super::relation::{Relation, unused};
use super::super::word::{capital, field_name, model_name};
use super::quoted;

/// Both ends of the relations that a model has, as rows; `used` are the names that it has for its fields.
pub(super) fn rows(
    model: &Model,
    all: &[Relation<'_>],
    mut used: Vec<String>,
    plural: bool,
) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    let lower = |model: &Model| model_name(model, plural).to_lowercase();
    let told_apart = |name: String, relation: &Relation<'_>| {
        if relation.alone { name } else { format!("{name}_{}", field_name(relation.column.field)) }
    };
    for relation in all.iter().filter(|relation| relation.from.name() == model.name()) {
        let name = unused(told_apart(lower(relation.key.model), relation), &used);
        let optional = if relation.column.field.required { "" } else { "?" };
        let kind = format!("{}{optional}", capital(&model_name(relation.key.model, plural)));
        used.push(name.clone());
        rows.push([name, kind, attribute(relation, plural)]);
    }
    for relation in all.iter().filter(|relation| relation.key.model.name() == model.name()) {
        let one = relation.is_one_to_one();
        let many = lower(relation.from) + if one || plural { "" } else { "s" };
        let name = unused(told_apart(many, relation), &used);
        let kind = format!("{}{}", capital(&model_name(relation.from, plural)), if one { "?" } else { "[]" });
        let pair = pair(relation, plural).map_or_else(String::new, |pair| format!("@relation({pair})"));
        used.push(name.clone());
        rows.push([name, kind, pair]);
    }
    rows
}

fn attribute(relation: &Relation<'_>, plural: bool) -> String {
    let pair = pair(relation, plural).map_or_else(String::new, |pair| format!("{pair}, "));
    let fields = field_name(relation.column.field);
    let references = field_name(relation.key.field);
    let action = match relation.key.on_delete {
        OnDelete::Restrict => "Restrict",
        OnDelete::SetNull => "SetNull",
        OnDelete::NoAction => "NoAction",
        _ => "Cascade",
    };
    let map = relation.key.name.as_ref().map_or_else(String::new, |name| format!(", map: {}", quoted(name)));
    format!(
        "@relation({pair}fields: [{fields}], references: [{references}], onDelete: {action}, onUpdate: NoAction{map})"
    )
}

/// What tells several relations between two models apart, or the two ends of one model's own.
fn pair(relation: &Relation<'_>, plural: bool) -> Option<String> {
    let told = !relation.alone || relation.is_own();
    let name = || format!("{}_{}", model_name(relation.from, plural), field_name(relation.column.field));
    told.then(|| quoted(&name()))
}
