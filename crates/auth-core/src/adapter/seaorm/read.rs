//! Reads rows with what is joined to them.

use auth_schema::FieldId;
use sea_orm::QueryResult;
use smallvec::SmallVec;

use super::adapter::SqlAdapter;
use super::admit::admit;
use super::decode::{decode, decode_row};
use super::error::classify;
use super::shape::{Rendered, Shape};
use super::table::Table;
use super::{join, statement};
use crate::adapter::{AdapterError, Join, JoinKind, Operator, Query, Row, Value};

impl SqlAdapter<'_> {
    /// The first row, with its one-to-one joins from one statement.
    pub(super) async fn first(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        let mut query = query.limit(1);
        if !join::are_inline(&query.joins) {
            return Ok(Box::pin(self.find(query)).await?.pop());
        }
        let base = self.table(query.model)?;
        let joined = self.tables_of(&query.joins)?;
        let selection = selection(&mut query);
        let sql = self.question(base, &joined, query)?;
        let row = self.executor.one(&sql.text, sql.values, self.about(base)).await;
        let row = row.map_err(|error| classify(error, "find", Some(base)))?;
        row.map(|row| decode_row(base, &joined, selection.as_deref(), &row)).transpose()
    }

    /// The rows with their one-to-one joins from one statement.
    async fn select(&self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        let base = self.table(query.model)?;
        let joined = self.tables_of(&query.joins)?;
        let selection = selection(&mut query);
        let sql = self.question(base, &joined, query)?;
        let found = self.rows(base, sql, "find").await?;
        found.iter().map(|row| decode_row(base, &joined, selection.as_deref(), row)).collect()
    }

    /// The rows as the engine gives them, with their one-to-one joins.
    pub(super) async fn rows_of(&self, query: Query) -> Result<Vec<QueryResult>, AdapterError> {
        let base = self.table(query.model)?;
        let joined = self.tables_of(&query.joins)?;
        let sql = self.question(base, &joined, query)?;
        self.rows(base, sql, "find").await
    }

    fn tables_of(&self, joins: &[Join]) -> Result<SmallVec<[&Table; 2]>, AdapterError> {
        joins.iter().map(|join| self.table(join.model)).collect()
    }

    pub(super) fn question(
        &self,
        base: &Table,
        joined: &[&Table],
        mut query: Query,
    ) -> Result<Rendered, AdapterError> {
        admit(base, &mut query.filter)?;
        for (table, join) in joined.iter().zip(&mut query.joins) {
            admit(table, &mut join.filter)?;
        }
        let shape = Shape::new(b'S', query.model).query(&query);
        self.render(shape, |sql| statement::select(sql, base, joined, query))
    }

    /// What a join brings for all rows at once.
    async fn many(&self, rows: &mut [Row], mut join: Join) -> Result<(), AdapterError> {
        let table = self.table(join.model)?;
        admit(table, &mut join.filter)?;
        let (from, to) = (join.from, join.to);
        let limit = match join.kind {
            JoinKind::One => Some(1),
            JoinKind::Many { limit } => limit,
        };
        let keys = join::keys(rows, from);
        let mut found = Vec::new();
        if !keys.is_empty() {
            let mut filter = join.filter.clone().and(to, Operator::In, Value::List(keys));
            admit(table, &mut filter)?;
            let shape = Shape::new(if limit.is_some() { b'L' } else { b'M' }, join.model)
                .written([from, to].into_iter())
                .filter(&filter);
            let sql = self.render(shape, |sql| join::select_many(sql, table, (to, filter), limit))?;
            for row in self.rows(table, sql, "join").await? {
                found.push(decode(table, &row, 0)?);
            }
        }
        join::distribute(rows, from, to, found, join.kind == JoinKind::One);
        Ok(())
    }

    /// The base rows with all joins: those that can stand in the same statement, and one statement for each other.
    pub(super) async fn find(&self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        let mut inline = Vec::new();
        let mut separate = Vec::new();
        for join in std::mem::take(&mut query.joins) {
            let one = join.kind == JoinKind::One
                && inline.len() < join::ALIASES.len()
                && (query.limit == Some(1) || self.table(join.model)?.column(join.to)?.unique);
            separate.push((!one).then(|| join.clone()));
            if one {
                inline.push(join);
            }
        }
        query.joins = inline;
        let only_inline = separate.iter().all(Option::is_none);
        let selection = if only_inline { None } else { query.select.take() };
        let mut rows = self.select(query).await?;
        if only_inline {
            return Ok(rows);
        }
        let mut inline: Vec<_> =
            rows.iter_mut().map(|row| std::mem::take(&mut row.joined).into_iter()).collect();
        for join in separate {
            match join {
                // Boxed: the common question, which has none of these, carries no room for it.
                Some(join) => Box::pin(self.many(&mut rows, join)).await?,
                None => {
                    for (row, inline) in rows.iter_mut().zip(&mut inline) {
                        row.joined.extend(inline.next());
                    }
                }
            }
        }
        if let Some(fields) = selection {
            for row in &mut rows {
                row.record = std::mem::take(&mut row.record).project(&fields);
            }
        }
        Ok(rows)
    }

    async fn rows(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<Vec<QueryResult>, AdapterError> {
        self.executor
            .all(&sql.text, sql.values, self.about(table))
            .await
            .map_err(|error| classify(error, what, Some(table)))
    }
}

/// Which fields are asked for. Beside joins they are chosen from the row, because those come whole.
fn selection(query: &mut Query) -> Option<Vec<FieldId>> {
    if query.joins.is_empty() { query.select.clone() } else { query.select.take() }
}
