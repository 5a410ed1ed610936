// Holds the Drizzle and Prisma schemas that `auth generate schema` writes against what they are for: Better Auth on a database of
// our own DDL, with the Rust side on the same rows.

import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { auth } from "./lib/command.js";
import { compile } from "./lib/compile.js";
import { engines } from "./lib/engines.js";
import { application, counted, fromBetterAuth, fromRust } from "./lib/people.js";
import { variants } from "./lib/variants.js";

const work = fileURLToPath(new URL(`.work/${process.pid}`, import.meta.url));
const started = Date.now();
mkdirSync(work, { recursive: true });
let failed = 0;
try {
  const all = variants(engines(work, process.env));
  await compile(all, work);
  for (const variant of all) {
    for (const [name, check] of [["tables", tables], ["drizzle", drizzle], ["prisma", prisma]]) {
      try {
        await check(variant);
        if (name !== "tables") console.log(`${variant.name} ${name}: ok`);
      } catch (problem) {
        failed += 1;
        console.log(`${variant.name} ${name}: FAILED\n${problem.stack}`);
      }
    }
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${all.length * 2} schemas, ${failed} failed (${seconds} s)`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

/** The tables, by our own DDL. */
async function tables({ engine, config }) {
  const database = await engine.open();
  await database.run(auth(["generate", "sql", "--engine", engine.name, "--config", config]));
  await database.close();
}

async function drizzle(variant) {
  const schema = await import(variant.drizzle);
  const database = await variant.engine.open();
  try {
    const db = database.drizzle(schema);
    const options = { provider: variant.engine.drizzle, schema, usePlural: variant.plural };
    const joins = variant.joins && variant.engine.drizzleJoins;
    const app = application(drizzleAdapter(db, options), variant, joins);
    await both(app, variant, "drizzle");
    await counted(app);
    const [limit] = await db.select().from(variant.plural ? schema.rateLimits : schema.rateLimit);
    assert.equal(limit.count, 1);
    assert.ok(Math.abs(limit.lastRequest - Date.now()) < 60_000);
    // Drizzle itself sees every row, and what points to it.
    const [table, model] = variant.plural ? [schema.users, "users"] : [schema.user, "user"];
    const rows = joins ? await db.query[model].findMany({ with: { sessions: true, accounts: true } }) : await db.select().from(table);
    assert.equal(rows.length, 2);
    assert.ok(rows.every((row) => row.createdAt instanceof Date && (!joins || row.accounts.length === 1)));
    if (variant.additionalFields) everyType(rows.find((row) => row.name === "Grace"));
  } finally {
    await database.close();
  }
}

/** What the Rust side wrote of every type, as Drizzle reads it. */
function everyType(row) {
  assert.equal(row.role, "member");
  assert.equal(row.visits, 7);
  assert.equal(row.balance, 9007199254740991);
  assert.equal(row.score, 1.5);
  assert.deepEqual(row.bornAt, new Date("1990-02-03T04:05:06.789Z"));
  assert.deepEqual(row.settings, { dark: true });
  assert.deepEqual(row.tags, ["a", "ü"]);
  assert.deepEqual(row.luckyNumbers, [1, 2]);
  assert.equal(Number(row.price), 12.5);
  assert.deepEqual([...row.avatar], [0, 1, 2]);
  assert.equal(row.reference, "6b9b1a5e-94a5-4f3e-9d3a-0a2f6d1c7b11");
  assert.equal(row.birthday, "1990-02-03");
  assert.match(row.alarm, /^07:30:00/);
}

async function prisma(variant) {
  const { PrismaClient } = await import(variant.client);
  const client = new PrismaClient({ adapter: variant.engine.prismaAdapter() });
  try {
    const options = { provider: variant.engine.prisma, usePlural: variant.plural };
    const app = application(prismaAdapter(client, options), variant, variant.joins);
    await both(app, variant, "prisma");
    await counted(app);
    const limit = await client[variant.plural ? "rateLimits" : "rateLimit"].findFirst();
    // The row that the run on Drizzle left.
    assert.equal(limit.count, 2);
  } finally {
    await client.$disconnect();
  }
}

async function both(app, variant, by) {
  const { settings, ...fields } = variant.fromBetterAuth;
  // What the schema's head says of JSON there.
  const texts = by === "prisma" && variant.engine.name === "postgres";
  const given = settings && !texts ? { settings, ...fields } : fields;
  const seen = await fromBetterAuth(app, variant, `ada.${by}@example.com`, given);
  const known = await fromRust(app, variant, `grace.${by}@example.com`, variant.fromRust);
  if (variant.additionalFields) {
    const { visits, score, bornAt, tags, luckyNumbers } = fields;
    assert.deepEqual(
      [seen.role, seen.visits, seen.score, seen.born_at, seen.tags, seen.lucky_numbers],
      ["member", visits, score, bornAt.toISOString(), tags, luckyNumbers],
    );
    if (!texts) assert.deepEqual(seen.settings, settings);
    assert.deepEqual([known.betterAuth.tags, known.betterAuth.settings], [known.rust.tags, known.rust.settings]);
  }
}
