//! Relations in Drizzle's words, under the keys that Better Auth's adapter joins by.

use auth_schema::Model;

use super::super::relation::{Relation, unused};
use super::super::word::{capital, field_name, model_name};
use super::{key, member, quoted};

/// The relations of a model; nothing if it has none.
pub(super) fn declaration(model: &Model, all: &[Relation<'_>], plural: bool) -> String {
    let (mut lines, mut used) = (Vec::new(), Vec::new());
    let mut helpers = (false, false);
    for relation in all.iter().filter(|relation| relation.from.name() == model.name()) {
        helpers.0 = true;
        let name = unused(forward(relation), &used);
        let target = model_name(relation.key.model, plural);
        let fields = member(&model_name(model, plural), &field_name(relation.column.field));
        let references = member(&target, &field_name(relation.key.field));
        let pair = pair(relation, plural).map_or_else(String::new, |pair| format!(", relationName: {pair}"));
        lines.push(format!(
            "  {}: one({target}, {{ fields: [{fields}], references: [{references}]{pair} }}),\n",
            key(&name)
        ));
        used.push(name);
    }
    for relation in all.iter().filter(|relation| relation.key.model.name() == model.name()) {
        let one = relation.is_one_to_one();
        helpers = (helpers.0 || one, helpers.1 || !one);
        let name = unused(backward(relation, plural), &used);
        let from = model_name(relation.from, plural);
        let pair =
            pair(relation, plural).map_or_else(String::new, |pair| format!(", {{ relationName: {pair} }}"));
        lines.push(format!("  {}: {}({from}{pair}),\n", key(&name), if one { "one" } else { "many" }));
        used.push(name);
    }
    if lines.is_empty() {
        return String::new();
    }
    let helpers = match helpers {
        (true, true) => "one, many",
        (true, false) => "one",
        _ => "many",
    };
    let export = model_name(model, plural);
    format!(
        "\nexport const {export}Relations = relations({export}, ({{ {helpers} }}) => ({{\n{}}}));\n",
        lines.concat()
    )
}

fn forward(relation: &Relation<'_>) -> String {
    if relation.alone {
        return model_name(relation.key.model, false);
    }
    let field = field_name(relation.column.field);
    field.strip_suffix("Id").filter(|rest| !rest.is_empty()).map_or(field.clone(), str::to_owned)
}

fn backward(relation: &Relation<'_>, plural: bool) -> String {
    let model = model_name(relation.from, plural);
    let many = if plural || relation.is_one_to_one() { model } else { model + "s" };
    if relation.alone { many } else { format!("{many}By{}", capital(&field_name(relation.column.field))) }
}

/// What tells several relations between two models apart, or the two ends of one model's own.
fn pair(relation: &Relation<'_>, plural: bool) -> Option<String> {
    let told = !relation.alone || relation.is_own();
    let name = || format!("{}_{}", model_name(relation.from, plural), field_name(relation.column.field));
    told.then(|| quoted(&name()))
}
