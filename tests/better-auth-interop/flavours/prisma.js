// The Prisma adapter, with Prisma 7's client: a query compiler in WebAssembly before a driver of JavaScript.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import { PrismaPg } from "@prisma/adapter-pg";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { fileOf, PATIENCE_MS } from "../engines/sqlite.js";

/** `user.emailVerified`, as Kysely has it; the types differ. */
export const prisma = {
  options: {},
  names: { table: (model) => model, column: (field) => field },
  database: adapter,
  async prepare(engine, url) {
    const connection = engine.connect(url);
    const sql = readFileSync(new URL("migration.sql", schemaOf(PROVIDERS[engine.name].provider)), "utf8");
    for (const statement of sql.split(";\n").filter((part) => part.trim())) await connection.execute(statement);
    await connection.end();
  },
  /** Generates the client, unless it is there for this schema. */
  generate(engine) {
    const { provider } = PROVIDERS[engine.name];
    const schema = fileURLToPath(new URL("schema.prisma", schemaOf(provider)));
    const stamp = new URL("generated-from", clientOf(provider));
    const text = readFileSync(schema, "utf8");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === text) return;
    const program = createRequire(import.meta.url).resolve("prisma/build/index.js");
    // It would fetch a program of its own, which `generate` never calls, unless it is told that there is one.
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" };
    const options = { env, stdio: ["ignore", "pipe", "pipe"] };
    execFileSync(process.execPath, [program, "generate", "--schema", schema], options);
    writeFileSync(stamp, text);
  },
};

/** On SQLite: instants as milliseconds, in the same columns. Only values tell, so somebody is there before. */
export const prismaMilliseconds = {
  ...prisma,
  database: (engine, url) => adapter(engine, url, { timestampFormat: "unixepoch-ms" }),
  async prepare(engine, url, auth) {
    await prisma.prepare(engine, url);
    await auth.api.signUpEmail({ body: { name: "First", email: "first@example.com", password: "correct horse" } });
  },
};

async function adapter(engine, url, options) {
  const { provider, driver } = PROVIDERS[engine.name];
  const { default: generated } = await import(new URL("index.js", clientOf(provider)));
  return prismaAdapter(new generated.PrismaClient({ adapter: driver(url, options) }), { provider });
}

function schemaOf(provider) {
  return new URL(`../schema/prisma/${provider}/`, import.meta.url);
}

/** Where `output` in the schema says. */
function clientOf(provider) {
  return new URL(`../node_modules/.prisma-clients/${provider}/`, import.meta.url);
}

const PROVIDERS = {
  sqlite: {
    provider: "sqlite",
    driver: (url, options) => new PrismaLibSql({ url: `file:${fileOf(url)}`, timeout: PATIENCE_MS }, options),
  },
  postgres: { provider: "postgresql", driver: (url) => new PrismaPg({ connectionString: url, max: 5 }) },
  mysql: { provider: "mysql", driver: (url) => new PrismaMariaDb(url.replace(/^mysql:/, "mariadb:")) },
};
