// The ways in which Better Auth makes and names a database. A module is large, and loaded only when it is asked for.

const MODULES = {
  stock: async () => (await import("./kysely.js")).stock,
  snake: async () => (await import("./kysely.js")).snakeCase,
  uuid: async () => (await import("./kysely.js")).uuid,
  serial: async () => (await import("./kysely.js")).serial,
  issuer: async () => (await import("./kysely.js")).issuer,
  drizzle: async () => (await import("./drizzle.js")).drizzle,
  prisma: async () => (await import("./prisma.js")).prisma,
  "prisma-ms": async () => (await import("./prisma.js")).prismaMilliseconds,
  redis: async () => (await import("./redis.js")).redis,
  "redis-both": async () => (await import("./redis.js")).both,
  "redis-limits": async () => (await import("./redis.js")).limits,
  "cookie-jwt": async () => (await import("./cookies.js")).jwt,
  "cookie-jwe": async () => (await import("./cookies.js")).jwe,
};

/**
 * A flavour: `options` of Better Auth, `names` of tables and columns, `database(engine, url)` for Better Auth,
 * `prepare`, which makes the tables, and `generate`, if there is something to generate before. `has` says what steps find:
 * `rows` of sessions and verifications (unless it says something else), a `storage`, a cookie `cache`, `limits`.
 */
export async function flavourOf(name) {
  const load = MODULES[name];
  if (!load) throw new Error(`FLAVOUR is ${name}, not one of ${Object.keys(MODULES).join(", ")}`);
  return { has: ["rows"], ...(await load()) };
}
