//! Holds every model against its live table.

use auth_schema::live::{LiveSchema, LiveTable};
use auth_schema::{Field, FieldId, Model, ModelId, Schema};

use super::super::dependants::Dependant;
use super::super::engine::Engine;
use super::super::search;
use super::super::table::Table;
use super::column::Place;
use super::problem::{CatalogueProblem, Finding, Grade};
use super::remedy::remedy;

/// The tables as the adapter uses them, and everything that does not fit, the worst first.
pub(super) fn grade(
    engine: Engine,
    schema: &Schema,
    live: &LiveSchema,
) -> (Vec<Option<Table>>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut tables = Vec::new();
    if !live.enforces_foreign_keys {
        findings.push(finding(schema, live, CatalogueProblem::ForeignKeysOff, Grade::Fatal));
    }
    for (id, model) in schema.models() {
        let mut problems = Vec::new();
        let table = table(engine, schema, live, (id, model), &mut problems);
        // Without rate limits in the database, nothing needs their table.
        let worst = if model.name() == "rate_limit" { Grade::Advisory } else { Grade::Fatal };
        let is_usable = !problems.iter().any(|problem: &CatalogueProblem| problem.grade() == Grade::Fatal);
        tables.push(table.filter(|_| is_usable));
        findings.extend(problems.into_iter().map(|problem| finding(schema, live, problem, worst)));
    }
    tell_targets(schema, live, &mut tables);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
    (tables, findings)
}

fn finding(schema: &Schema, live: &LiveSchema, problem: CatalogueProblem, worst: Grade) -> Finding {
    let grade = problem.grade().min(worst);
    Finding { grade, remedy: remedy(schema, live, &problem), problem }
}

fn table(
    engine: Engine,
    schema: &Schema,
    live: &LiveSchema,
    (id, model): (ModelId, &Model),
    problems: &mut Vec<CatalogueProblem>,
) -> Option<Table> {
    let Some(found) = live.table(model.table()) else {
        if model.name() != "rate_limit" {
            problems.push(CatalogueProblem::MissingTable { table: model.table().to_owned() });
        }
        return None;
    };
    let mut columns = Vec::with_capacity(model.fields().len());
    for (position, field) in model.fields().iter().enumerate() {
        let place = Place { schema, model, id: FieldId::new(position), field };
        let column = found.column(&field.column);
        match place.column(engine, column) {
            Ok(column) => columns.push(column),
            Err(problem) => problems.push(problem),
        }
        problems.extend(column.into_iter().flat_map(|column| place.flaws(live.engine, column)));
    }
    left_overs(model, found, problems);
    let mut table = Table::new(id, model, columns);
    for (columns, group) in unique_groups(model) {
        // A missing column was told already.
        if columns.iter().all(|column| found.column(column).is_some()) && !found.is_unique(&columns) {
            let columns = columns.into_iter().map(str::to_owned).collect();
            problems.push(CatalogueProblem::MissingUnique { table: found.name.clone(), columns });
            table.unguarded.push(group);
        }
    }
    foreign_keys(schema, model, (live, found), &mut table, problems);
    missing_indexes(model, found, problems);
    table.has_search_index = search::has_index(live.engine, model, found);
    let keys = found.foreign_keys.iter().map(|key| (&key.name, &key.columns));
    let unique = found.indexes.iter().filter(|index| index.unique).map(|index| (&index.name, &index.columns));
    for (name, columns) in unique.chain(keys) {
        let fields = table.fields_of(columns.iter().map(String::as_str));
        table.constraints.push((name.clone(), fields));
    }
    Some(table)
}

/// The fields whose values are unique, alone or together, with their columns.
fn unique_groups(model: &Model) -> Vec<(Vec<&str>, Vec<FieldId>)> {
    let fields = model.fields().iter().enumerate();
    let alone = fields.filter(|(_, field)| field.unique).map(|(position, _)| vec![FieldId::new(position)]);
    let groups = alone.chain(model.unique_together().iter().cloned());
    groups.map(|group| (columns_of(model, &group), group)).collect()
}

fn columns_of<'a>(model: &'a Model, group: &[FieldId]) -> Vec<&'a str> {
    group.iter().filter_map(|field| model.field(*field)).map(|field| field.column.as_str()).collect()
}

fn left_overs(model: &Model, found: &LiveTable, problems: &mut Vec<CatalogueProblem>) {
    for column in &found.columns {
        let is_lower = |of: &str| column.name.strip_suffix("_lower") == Some(of);
        let is_of_an_index = column.generated
            && (column.name == search::WORDS_COLUMN
                || model.fields().iter().any(|field| is_lower(&field.column)));
        if is_of_an_index || model.fields().iter().any(|field| field.column == column.name) {
            continue;
        }
        let (table, name) = (found.name.clone(), column.name.clone());
        problems.push(if column.required && !column.has_default && !column.generated {
            CatalogueProblem::Unfillable { table, column: name }
        } else {
            CatalogueProblem::LeftOver { table, column: name }
        });
    }
}

fn foreign_keys(
    schema: &Schema,
    model: &Model,
    (live, found): (&LiveSchema, &LiveTable),
    table: &mut Table,
    problems: &mut Vec<CatalogueProblem>,
) {
    for (position, field) in model.fields().iter().enumerate() {
        let Some((target, column, on_delete)) = target_of(schema, field) else {
            continue;
        };
        if found.column(&field.column).is_none() {
            continue;
        }
        let key = found.foreign_key(&field.column, target.table(), column);
        if key.is_none() || !live.enforces_foreign_keys {
            table.unchecked.push(FieldId::new(position));
        }
        let place = (found.name.clone(), field.column.clone(), target.table().to_owned());
        let (table, column, target) = place;
        match key {
            Some(key) if key.does(on_delete, live.engine) && key.valid => {}
            Some(key) if key.does(on_delete, live.engine) => {
                let name = key.name.clone();
                problems.push(CatalogueProblem::Unvalidated { table, column, target, name });
            }
            key => {
                let found = key.map(|key| key.on_delete);
                problems.push(CatalogueProblem::MissingForeignKey { table, column, target, found });
            }
        }
    }
}

/// The model, the column and the deed of a reference.
fn target_of<'a>(schema: &'a Schema, field: &Field) -> Option<(&'a Model, &'a str, auth_schema::OnDelete)> {
    let reference = field.references.as_ref()?;
    let target = schema.model(schema.find(&reference.model).ok()?).ok()?;
    let column = &target.field(target.find(&reference.field).ok()?)?.column;
    Some((target, column, reference.on_delete))
}

/// Tells each table what points to it without the database seeing to it when a row goes.
fn tell_targets(schema: &Schema, live: &LiveSchema, tables: &mut [Option<Table>]) {
    for (id, model) in schema.models() {
        let Some(found) = live.table(model.table()) else {
            continue;
        };
        for (position, field) in model.fields().iter().enumerate() {
            let Some(reference) = &field.references else {
                continue;
            };
            let Some((to, column, on_delete)) = target_of(schema, field) else {
                continue;
            };
            let key = found.foreign_key(&field.column, to.table(), column);
            let kept = key.is_some_and(|key| key.does(on_delete, live.engine));
            if kept && live.enforces_foreign_keys || tables[id.position()].is_none() {
                continue;
            }
            let Ok(target) = schema.find(&reference.model) else {
                continue;
            };
            let to = schema.model(target).and_then(|target| target.find(&reference.field));
            if let (Some(Some(table)), Ok(to)) = (tables.get_mut(target.position()), to) {
                let from = FieldId::new(position);
                table.dependants.push(Dependant { model: id, from, to, on_delete: reference.on_delete });
            }
        }
    }
}

fn missing_indexes(model: &Model, found: &LiveTable, problems: &mut Vec<CatalogueProblem>) {
    let fields = model.fields().iter().filter(|field| field.index && !field.unique);
    let alone = fields.map(|field| vec![field.column.as_str()]);
    let groups = model.index_together().iter().map(|group| columns_of(model, group));
    for columns in alone.chain(groups) {
        let present = columns.iter().all(|column| found.column(column).is_some());
        if !present || found.is_indexed(&columns) {
            continue;
        }
        let unfinished = found.indexes.iter().find(|index| !index.valid && index.columns == columns);
        problems.push(CatalogueProblem::MissingIndex {
            table: found.name.clone(),
            invalid: unfinished.map(|index| index.name.clone()),
            columns: columns.into_iter().map(str::to_owned).collect(),
        });
    }
}
