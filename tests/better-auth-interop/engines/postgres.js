// PostgreSQL.

import pg from "pg";

export const postgres = {
  name: "postgres",
  kysely: (url) => new pg.Pool({ connectionString: url, max: 5 }),

  /** Reads values as the server sends them. */
  connect(url) {
    const types = { getTypeParser: () => (text) => text };
    const pool = new pg.Pool({ connectionString: url, max: 1, types });
    return {
      async rows(table, column, value) {
        const answer = await pool.query(`SELECT * FROM "${table}" WHERE "${column}" = $1`, [value]);
        return answer.rows.map((row) => Object.entries(row).map(([name, text]) => [name, typed(text)]));
      },
      async set(table, id, column, value) {
        await pool.query(`UPDATE "${table}" SET "${column}" = $1 WHERE "id" = $2`, [value, id]);
      },
      remove: (table, id) => pool.query(`DELETE FROM "${table}" WHERE "id" = $1`, [id]),
      execute: (sql) => pool.query(sql),
      end: () => pool.end(),
    };
  },
};

/** A column has one type, so the text is all there is to compare. */
function typed(text) {
  return text === null ? null : { text };
}
