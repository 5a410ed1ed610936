//! Queries: a plain one as a `find`, one with joins as a pipeline with `$lookup`.

use auth_core::adapter::{
    AdapterError, Direction, FieldId, Join, JoinKind, Joined, Operator, Query, Row, Sort, Value,
};
use mongodb::bson::{Document, doc};
use mongodb::options::FindOptions;

use crate::adapter::MongoAdapter;
use crate::collection::Collection;
use crate::{document, filter};

/// The options of a plain query.
pub(crate) fn options(of: &Collection, query: &Query) -> Result<FindOptions, AdapterError> {
    let mut options = FindOptions::default();
    options.sort = Some(order(of, &query.sort)?).filter(|sort| !sort.is_empty());
    options.limit = query.limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
    options.skip = (query.offset > 0).then_some(query.offset);
    options.projection =
        query.select.as_deref().map(|fields| document::projection(of, fields)).transpose()?;
    Ok(options)
}

/// An order as a document.
pub(crate) fn order(of: &Collection, sorts: &[Sort]) -> Result<Document, AdapterError> {
    let mut order = Document::new();
    for sort in sorts {
        let direction = if sort.direction == Direction::Ascending { 1 } else { -1 };
        // The first of two says it.
        order.entry(of.column(sort.field)?.name.clone()).or_insert(direction.into());
    }
    Ok(order)
}

/// The stages of a query with joins: sorted and cut first, so that rows are counted before others are joined to them.
pub(crate) fn pipeline(
    adapter: &MongoAdapter,
    of: &Collection,
    query: &Query,
) -> Result<Vec<Document>, AdapterError> {
    let mut stages = vec![doc! { "$match": filter::document(of, &query.filter)? }];
    let sort = order(of, &query.sort)?;
    if !sort.is_empty() {
        stages.push(doc! { "$sort": sort });
    }
    if query.offset > 0 {
        stages.push(doc! { "$skip": i64::try_from(query.offset).unwrap_or(i64::MAX) });
    }
    if let Some(limit) = query.limit {
        stages.push(doc! { "$limit": i64::try_from(limit).unwrap_or(i64::MAX) });
    }
    for (position, join) in query.joins.iter().enumerate() {
        stages.push(doc! { "$lookup": lookup(adapter, of, position, join)? });
    }
    if let Some(fields) = &query.select {
        let mut projection = document::projection(of, fields)?;
        projection.extend((0..query.joins.len()).map(|position| (joined(position), 1.into())));
        stages.push(doc! { "$project": projection });
    }
    Ok(stages)
}

fn lookup(
    adapter: &MongoAdapter,
    of: &Collection,
    position: usize,
    join: &Join,
) -> Result<Document, AdapterError> {
    let other = adapter.collection(join.model)?;
    // A field that is not there would meet every document that lacks the other, too.
    let filter = join.filter.clone().and(join.to, Operator::NotEqual, Value::Null);
    let mut stages = vec![doc! { "$match": filter::document(other, &filter)? }];
    let limit = match join.kind {
        JoinKind::One => Some(1),
        JoinKind::Many { limit } => limit,
    };
    match limit {
        None => {}
        Some(0) => stages.push(doc! { "$match": filter::ids(Vec::new()) }),
        Some(limit) => stages.push(doc! { "$limit": i64::try_from(limit).unwrap_or(i64::MAX) }),
    }
    Ok(doc! {
        "from": &other.name,
        "localField": &of.column(join.from)?.name,
        "foreignField": &other.column(join.to)?.name,
        "pipeline": stages,
        "as": joined(position),
    })
}

/// The row of a document, with what was joined to it.
pub(crate) fn row(
    adapter: &MongoAdapter,
    of: &Collection,
    query: &Query,
    found: &Document,
) -> Result<Row, AdapterError> {
    let select: Option<&[FieldId]> = query.select.as_deref();
    let mut row = Row::plain(document::record(of, found, select)?);
    for (position, join) in query.joins.iter().enumerate() {
        let other = adapter.collection(join.model)?;
        let found = found.get_array(joined(position)).map(Vec::as_slice).unwrap_or_default();
        let records = found.iter().filter_map(|found| found.as_document());
        let mut records =
            records.map(|found| document::record(other, found, None)).collect::<Result<Vec<_>, _>>()?;
        row.joined.push(match join.kind {
            JoinKind::One => Joined::One(records.pop()),
            JoinKind::Many { .. } => Joined::Many(records),
        });
    }
    Ok(row)
}

/// A name that no field has: fields do not begin so.
fn joined(position: usize) -> String {
    format!("_joined{position}")
}
