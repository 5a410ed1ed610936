// The Drizzle adapter: the schema that Better Auth's generator gives, the statements that drizzle-kit makes of it.

import { createClient } from "@libsql/client";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { drizzle as libsql } from "drizzle-orm/libsql";
import { drizzle as mysql2 } from "drizzle-orm/mysql2";
import { drizzle as nodePostgres } from "drizzle-orm/node-postgres";
import { createPool } from "mysql2";
import pg from "pg";
import { fileOf, PATIENCE_MS } from "../engines/sqlite.js";
import * as mysqlSchema from "../schema/drizzle/mysql.js";
import * as pgSchema from "../schema/drizzle/pg.js";
import * as sqliteSchema from "../schema/drizzle/sqlite.js";
import { snake } from "./names.js";

/** `user.email_verified`. */
export const drizzle = {
  options: {},
  names: { table: (model) => model, column: snake },
  async database(engine, url) {
    const { provider, schema, client } = DIALECTS[engine.name];
    return drizzleAdapter(client(url, schema), { provider, schema });
  },
  async prepare(engine, url) {
    const connection = engine.connect(url);
    for (const statement of await statements(engine.name)) await connection.execute(statement);
    await connection.end();
  },
};

async function statements(engine) {
  const { schema, snapshot, migration } = DIALECTS[engine];
  const kit = await import("drizzle-kit/api");
  return kit[migration](await kit[snapshot]({}), await kit[snapshot](schema));
}

const DIALECTS = {
  sqlite: {
    provider: "sqlite",
    schema: sqliteSchema,
    client: (url, schema) => libsql(createClient({ url: `file:${fileOf(url)}`, timeout: PATIENCE_MS }), { schema }),
    snapshot: "generateSQLiteDrizzleJson",
    migration: "generateSQLiteMigration",
  },
  postgres: {
    provider: "pg",
    schema: pgSchema,
    client: (url, schema) => nodePostgres(new pg.Pool({ connectionString: url, max: 5 }), { schema }),
    snapshot: "generateDrizzleJson",
    migration: "generateMigration",
  },
  mysql: {
    provider: "mysql",
    schema: mysqlSchema,
    client: (url, schema) =>
      mysql2(createPool({ uri: url, timezone: "Z", connectionLimit: 5 }), { schema, mode: "default" }),
    snapshot: "generateMySQLDrizzleJson",
    migration: "generateMySQLMigration",
  },
};
