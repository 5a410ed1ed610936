// People who sign up at one side and are known at the other.

import assert from "node:assert/strict";
import { betterAuth } from "better-auth";
import { auth as command } from "./command.js";

const PASSWORD = "correct horse battery staple";

/** Better Auth on an adapter, as an application sets it up. */
export function application(database, variant, joins) {
  return betterAuth({
    database,
    secret: "a secret of thirty-two characters or more",
    baseURL: "http://localhost:3000",
    emailAndPassword: { enabled: true },
    user: { additionalFields: variant.additionalFields },
    rateLimit: { enabled: true, storage: "database" },
    advanced: { database: { generateId: variant.generateId, joins } },
    logger: { level: "error" },
    telemetry: { enabled: false },
  });
}

/** A person signs up at Better Auth, is recognised there and by the command. */
export async function fromBetterAuth(app, variant, email, more) {
  const body = { name: "Ada L", email, password: PASSWORD, ...more };
  const { headers, response } = await app.api.signUpEmail({ body, returnHeaders: true });
  const session = await app.api.getSession({ headers: new Headers({ cookie: cookie(headers) }) });
  assert.equal(session.user.id, response.user.id);
  for (const [field, value] of Object.entries(more)) assert.deepEqual(session.user[field], value, field);
  const seen = JSON.parse(rust(variant, ["user", "show", email, "--json"]));
  assert.equal(seen.user.id, response.user.id);
  assert.equal(seen.user.created_at, session.user.createdAt.toISOString());
  assert.equal(seen.sessions.length, 1);
  assert.equal(seen.sessions[0].expires_at, session.session.expiresAt.toISOString());
  assert.equal(seen.accounts[0].has_password, true);
  rust(variant, ["session", "revoke", seen.sessions[0].id]);
  assert.equal(await app.api.getSession({ headers: new Headers({ cookie: cookie(headers) }) }), null);
  return seen.user;
}

/** A person whom the command creates signs in at Better Auth. */
export async function fromRust(app, variant, email, more) {
  const set = Object.entries(more).flatMap(([field, value]) => ["--set", `${field}=${value}`]);
  const args = ["user", "create", "--name", "Grace", "--email", email, "--verified", "--password-stdin", "--json"];
  const made = JSON.parse(rust(variant, [...args, "--password-format", "scrypt", ...set], PASSWORD));
  const { headers, response } = await app.api.signInEmail({ body: { email, password: PASSWORD }, returnHeaders: true });
  assert.equal(response.user.id, made.user.id);
  const session = await app.api.getSession({ headers: new Headers({ cookie: cookie(headers) }) });
  assert.equal(session.user.emailVerified, true);
  assert.equal(session.user.createdAt.toISOString(), made.user.created_at);
  return { rust: made.user, betterAuth: session.user };
}

/** A request from outside, which Better Auth counts in the table of its rate limits. */
export async function counted(app) {
  const headers = { "x-forwarded-for": "203.0.113.7" };
  const answer = await app.handler(new Request("http://localhost:3000/api/auth/get-session", { headers }));
  assert.equal(answer.status, 200);
}

function rust(variant, args, input) {
  return command([...args, "--config", variant.config], { input, env: { DATABASE_URL: variant.engine.url } });
}

function cookie(headers) {
  return headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
}
