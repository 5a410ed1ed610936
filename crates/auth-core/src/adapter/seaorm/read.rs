//! Reads rows with what is joined to them.

use sea_orm::QueryResult;

use super::adapter::SqlAdapter;
use super::admit::admit;
use super::decode::{decode, decode_row};
use super::error::classify;
use super::shape::{Rendered, Shape};
use super::table::Table;
use super::{join, statement};
use crate::adapter::{AdapterError, Join, JoinKind, Operator, Query, Row, Value};

impl SqlAdapter<'_> {
    /// The base rows with their one-to-one joins from one statement.
    async fn select(&self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        let base = self.table(query.model)?;
        admit(base, &mut query.filter)?;
        for join in &mut query.joins {
            admit(self.table(join.model)?, &mut join.filter)?;
        }
        let joined = query.joins.iter().map(|join| self.table(join.model)).collect::<Result<Vec<_>, _>>()?;
        let selection = query.select.clone();
        if !joined.is_empty() {
            query.select = None;
        }
        let one = query.limit == Some(1);
        let shape = Shape::new(b'S', query.model).query(&query);
        let sql = self.render(shape, |sql| statement::select(sql, base, &joined, query))?;
        let found = if one {
            let row = self.executor.one(&sql.text, sql.values).await;
            row.map_err(|error| classify(error, "find", Some(base)))?.into_iter().collect()
        } else {
            self.rows(base, sql, "find").await?
        };
        found.iter().map(|row| decode_row(base, &joined, selection.as_deref(), row)).collect()
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
        self.executor.all(&sql.text, sql.values).await.map_err(|error| classify(error, what, Some(table)))
    }
}
