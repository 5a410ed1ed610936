// SQLite: a file that both sides open.

import { NodeSqliteDialect } from "@better-auth/kysely-adapter/node-sqlite-dialect";
// What Node.js 22 has as `node:sqlite`.
import { DatabaseSync } from "@photostructure/sqlite";

/** Opens the file; a writer waits for the other side's. */
function open(url) {
  return new DatabaseSync(fileOf(url), { timeout: PATIENCE_MS });
}

export function fileOf(url) {
  return url.replace(/^sqlite:/, "");
}

export const PATIENCE_MS = 5000;

export const sqlite = {
  name: "sqlite",
  // The settings that Better Auth takes by itself for `node:sqlite`.
  kysely: (url) => ({ dialect: new NodeSqliteDialect({ database: open(url) }), type: "sqlite", transaction: true }),

  /** Reads values as text, each with what SQLite calls its type: it stores anything anywhere. */
  connect(url) {
    const database = open(url);
    return {
      async rows(table, column, value) {
        const columns = database.prepare(`PRAGMA table_info("${table}")`).all().map(({ name }) => name);
        const read = columns.map((name) => `CAST("${name}" AS TEXT) AS "${name}", typeof("${name}") AS "${name} type"`);
        const rows = database.prepare(`SELECT ${read.join(", ")} FROM "${table}" WHERE "${column}" = ?`).all(value);
        return rows.map((row) => columns.map((name) => [name, typed(row[name], row[`${name} type`])]));
      },
      async set(table, id, column, value) {
        const given = /^\d+$/.test(value) ? Number(value) : value;
        database.prepare(`UPDATE "${table}" SET "${column}" = ? WHERE "id" = ?`).run(given, id);
      },
      async remove(table, id) {
        database.prepare(`DELETE FROM "${table}" WHERE "id" = ?`).run(id);
      },
      execute: async (sql) => database.exec(sql),
      end: async () => database.close(),
    };
  },
};

function typed(text, type) {
  return text === null ? null : { text, type };
}
