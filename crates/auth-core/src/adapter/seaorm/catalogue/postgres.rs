//! What PostgreSQL's catalogue is asked. Only tables that a bare name reaches count, as in every statement of ours.

/// Columns: table, name, type, required, default, generated, collation, folding.
pub(super) const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
     a.attnotnull, a.atthasdef OR a.attidentity <> '', a.attgenerated <> '', \
     NULLIF(l.collname::text, 'default'), t.typname = 'citext' OR NOT COALESCE(l.collisdeterministic, true) \
     FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid \
     JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_type AS t ON t.oid = a.atttypid \
     LEFT JOIN pg_collation AS l ON l.oid = a.attcollation \
     WHERE c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0 AND NOT a.attisdropped \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_table_is_visible(c.oid) \
     ORDER BY c.relname, a.attnum";

/// Indexes, a row for each column of the key: table, name, column, primary, unique, partial, valid, special, held by a constraint:
/// its own, or a foreign key that points to its columns. One that is no tree (hash, GIN, BRIN) counts as partial: it serves no order
/// and no beginning of its columns.
pub(super) const INDEXES: &str = "SELECT t.relname::text, i.relname::text, a.attname::text, x.indisprimary, \
     x.indisunique, x.indpred IS NOT NULL OR w.amname <> 'btree', x.indisvalid AND x.indisready, \
     NOT o.opcdefault OR x.indoption[k.position - 1] <> 0 OR x.indcollation[k.position - 1] <> COALESCE(a.attcollation, 0) \
     OR x.indnatts <> x.indnkeyatts, EXISTS (SELECT 1 FROM pg_constraint AS h WHERE h.conindid = x.indexrelid) \
     FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_am AS w ON w.oid = i.relam JOIN pg_class AS t ON t.oid = x.indrelid \
     JOIN pg_namespace AS n ON n.oid = t.relnamespace \
     CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, position) \
     JOIN pg_opclass AS o ON o.oid = x.indclass[k.position - 1] \
     LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0 \
     WHERE k.position <= x.indnkeyatts \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_table_is_visible(t.oid) \
     ORDER BY t.relname, i.relname, k.position";

/// Foreign keys, a row for each column: table, name, column, target table (with its schema where a bare name does not reach it),
/// target column, what a deletion does, whether the rows that are there were looked at.
pub(super) const FOREIGN_KEYS: &str = "SELECT t.relname::text, k.conname::text, a.attname::text, \
     CASE WHEN pg_table_is_visible(o.oid) THEN o.relname::text ELSE m.nspname || '.' || o.relname END, \
     b.attname::text, CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' \
     WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END, k.convalidated \
     FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_class AS o ON o.oid = k.confrelid \
     JOIN pg_namespace AS m ON m.oid = o.relnamespace \
     JOIN pg_namespace AS n ON n.oid = t.relnamespace \
     CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS c (own, other, position) \
     JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.own \
     JOIN pg_attribute AS b ON b.attrelid = o.oid AND b.attnum = c.other \
     WHERE k.contype = 'f' AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND pg_table_is_visible(t.oid) ORDER BY t.relname, k.conname, c.position";
