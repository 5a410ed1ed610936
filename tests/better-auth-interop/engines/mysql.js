// MariaDB and MySQL.

import mysql from "mysql2/promise";
import { createPool } from "mysql2";

export const mariadb = {
  name: "mysql",
  // Without the zone, instants would be written in this process's own.
  kysely: (url) => createPool({ uri: url, timezone: "Z", connectionLimit: 5 }).promise(),

  /** Reads values as the server sends them. */
  connect(url) {
    const typeCast = (field) => field.string();
    const pool = mysql.createPool({ uri: url, timezone: "Z", connectionLimit: 1, typeCast, multipleStatements: true });
    return {
      async rows(table, column, value) {
        const [rows] = await pool.query(`SELECT * FROM \`${table}\` WHERE \`${column}\` = ?`, [value]);
        return rows.map((row) => Object.entries(row).map(([name, text]) => [name, typed(text)]));
      },
      async set(table, id, column, value) {
        await pool.query(`UPDATE \`${table}\` SET \`${column}\` = ? WHERE \`id\` = ?`, [value, id]);
      },
      remove: (table, id) => pool.query(`DELETE FROM \`${table}\` WHERE \`id\` = ?`, [id]),
      execute: (sql) => pool.query(sql),
      end: () => pool.end(),
    };
  },
};

/** A column has one type, so the text is all there is to compare. */
function typed(text) {
  return text === null ? null : { text };
}
