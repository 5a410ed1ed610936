// Better Auth's built-in adapter: it makes the tables itself.

import { getMigrations } from "better-auth/db/migration";
import { FIELDS, snake } from "./names.js";

/** `user.emailVerified`: the names that Better Auth has by itself. */
export const stock = {
  options: {},
  names: { table: (model) => model, column: (field) => field },
  database: async (engine, url) => engine.kysely(url),
  prepare: async (_engine, _url, auth) => migrate(auth),
};

/** `auth_users.email_verified`: names that an application gives. */
export const snakeCase = {
  ...stock,
  options: Object.fromEntries(Object.entries(FIELDS).map(([model, fields]) => [model, renamed(model, fields)])),
  names: { table: plural, column: snake },
};

/** Ids that are UUIDs, and the database's own where it has some. */
export const uuid = { ...stock, options: { advanced: { database: { generateId: "uuid" } } } };

/** Ids that the database counts. */
export const serial = { ...stock, options: { advanced: { database: { generateId: "serial" } } } };

/** What 1.7.0 to 1.7.2 left behind: a column and its index, after the column was made nullable. */
export const issuer = {
  ...stock,
  async prepare(engine, url, auth) {
    await migrate(auth);
    const connection = engine.connect(url);
    for (const sql of LEFT_BEHIND[engine.name]) await connection.execute(sql);
    await connection.end();
  },
};

/** Makes all tables: with a secondary storage, Better Auth would do without those of sessions and verifications. */
async function migrate({ options }) {
  const { runMigrations } = await getMigrations({ ...options, secondaryStorage: undefined });
  await runMigrations();
}

function renamed(model, fields) {
  const changed = fields.filter((field) => snake(field) !== field);
  return { modelName: plural(model), fields: Object.fromEntries(changed.map((field) => [field, snake(field)])) };
}

function plural(model) {
  return `auth_${model}s`;
}

const UNIQUE = "CREATE UNIQUE INDEX account_issuer_accountId_uidx ON account";

const LEFT_BEHIND = {
  sqlite: ["ALTER TABLE account ADD COLUMN issuer text", `${UNIQUE} (issuer, "accountId")`],
  postgres: ["ALTER TABLE account ADD COLUMN issuer text", `${UNIQUE} (issuer, "accountId")`],
  mysql: ["ALTER TABLE account ADD COLUMN issuer varchar(191) NULL", `${UNIQUE} (issuer, accountId(191))`],
};
