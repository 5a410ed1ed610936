// The engines: how Drizzle and Prisma reach a database of each.

import { join } from "node:path";
import { createClient } from "@libsql/client";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import { PrismaPg } from "@prisma/adapter-pg";
import { drizzle as onLibsql } from "drizzle-orm/libsql";
import { drizzle as onMysql } from "drizzle-orm/mysql2";
import { drizzle as onPostgres } from "drizzle-orm/node-postgres";
import mysql from "mysql2/promise";
import pg from "pg";

const sqlite = (work) => {
  const file = join(work, "auth.db");
  return {
    name: "sqlite",
    drizzleJoins: true,
    drizzle: "sqlite",
    prisma: "sqlite",
    url: `sqlite:${file}`,
    async open() {
      const client = createClient({ url: `file:${file}` });
      return {
        run: (script) => client.executeMultiple(script),
        drizzle: (schema) => onLibsql(client, { schema }),
        close: () => client.close(),
      };
    },
    prismaAdapter: () => new PrismaLibSql({ url: `file:${file}` }, { timestampFormat: "iso8601" }),
  };
};

const postgres = (url) => ({
  name: "postgres",
  drizzleJoins: true,
  drizzle: "pg",
  prisma: "postgresql",
  url,
  async open() {
    const pool = new pg.Pool({ connectionString: url });
    return {
      run: (script) => pool.query(script),
      drizzle: (schema) => onPostgres(pool, { schema }),
      close: () => pool.end(),
    };
  },
  prismaAdapter: () => new PrismaPg({ connectionString: url }),
});

const mariadb = (url) => ({
  name: "mysql",
  // Drizzle's relations ask for lateral joins, which MariaDB has not.
  drizzleJoins: false,
  drizzle: "mysql",
  prisma: "mysql",
  url,
  async open() {
    const pool = mysql.createPool({ uri: url, multipleStatements: true });
    return {
      run: (script) => pool.query(script),
      drizzle: (schema) => onMysql(pool, { schema, mode: "default" }),
      close: () => pool.end(),
    };
  },
  prismaAdapter: () => new PrismaMariaDb(url.replace(/^mysql:/, "mariadb:")),
});

/** SQLite, and the servers whose databases are named. */
export function engines(work, env) {
  const found = [sqlite(work)];
  if (env.POSTGRES_URL) found.push(postgres(env.POSTGRES_URL));
  if (env.MYSQL_URL) found.push(mariadb(env.MYSQL_URL));
  return found;
}
