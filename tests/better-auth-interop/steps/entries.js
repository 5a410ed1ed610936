// What both sides write into the storage for the same: keys, texts, and how long they hold.

import { data } from "../../official-client/lib/check.js";
import { shapeOfText } from "../lib/shape.js";
import { asked } from "./resets.js";

export async function entries(world) {
  const people = world.sides.map(() => ({}));
  for (const [what, act] of ACTIONS) {
    const found = [];
    for (const [at, side] of world.sides.entries()) {
      const before = await world.store.all();
      await act(world, side, people[at]);
      found.push(shapes(before, await world.store.all(), knownOf(people[at])));
    }
    takeOwn(world, what, found[1]);
    compare(world, what, found);
  }
}

const ACTIONS = [
  ["sign-up", signUp],
  ["update", update({ name: "Ada King", image: "https://example.com/ada.png" })],
  ["nothing but null", update({ image: null })],
  ["sign-in for a day, without a name of the browser, through a proxy", signInPlainly],
  ["extension", extend],
  ["reset", async (world, side, person) => void (person.reset = (await asked(world, side, person.email)).token)],
  ["password reset", resetPassword],
  ["deletion, asked for", async (_world, side, { visitor }) =>
    data(await visitor.client(side).deleteUser({ callbackURL: "/gone" }))],
  ["state", async (world, side) => data(await world.visitor().client(side).signIn.social(WHERE))],
  ["state of a link", async (_world, side, { visitor }) => data(await visitor.client(side).linkSocial(WHERE))],
  ["sign-out", async (_world, side, { other }) => data(await other.client(side).signOut())],
  ["all revoked", async (_world, side, { visitor }) => data(await visitor.client(side).revokeSessions())],
];

async function signUp(world, side, person) {
  Object.assign(person, await world.signedUp(side));
  person.session = (await person.visitor.session(side)).session;
}

function update(change) {
  return async (_world, side, { visitor }) => data(await visitor.client(side).updateUser(change));
}

async function signInPlainly(world, side, person) {
  person.other = world.visitor();
  const { email, password } = person;
  const headers = { "user-agent": undefined, "x-forwarded-for": "203.0.113.7" };
  const answer = await person.other.at(side).post("/sign-in/email", { email, password, rememberMe: false }, headers);
  person.otherToken = JSON.parse(answer.text).token;
}

async function extend({ places }, side, { visitor, session }) {
  await places.moveEndOfSession(session, -3 * 86_400_000);
  await visitor.session(side);
}

async function resetPassword(world, side, { reset: token }) {
  data(await world.visitor().client(side).resetPassword({ newPassword: "battery staple", token }));
}

function knownOf({ user, session, otherToken, email }) {
  if (!user) return {};
  const known = { [user.id]: "user.id", [session.id]: "session.id", [session.token]: "token", [email]: "email" };
  return otherToken ? { ...known, [otherToken]: "other token" } : known;
}

/** What has changed: `{key: "gone" | {text, ttl}}`, each by its form. */
function shapes(before, after, known) {
  const changed = {};
  for (const [key, { text, ttl }] of after) {
    const form = { text: shapeOfText(text, known), seconds: Math.round(ttl / 10) * 10 };
    if (before.get(key)?.text !== text) changed[shapeOfKey(key, known)] = form;
  }
  for (const key of before.keys()) if (!after.has(key)) changed[shapeOfKey(key, known)] = "gone";
  return changed;
}

function shapeOfKey(key, known) {
  const named = Object.entries(known).reduce((text, [value, name]) => text.replace(value, `<${name}>`), key);
  return named.replace(/[\w-]{24,}$/, (random) => `<${random.length} random letters>`);
}

/**
 * `auth-server` marks for a minute that it changes a user or revokes sessions, which is new at the first change; it notes in a
 * state whose answer it waits for, and gives a verification an id that stands in the storage alone. Better Auth reads over all
 * of it; nothing else may be more.
 */
function takeOwn({ checks, flavour }, what, found) {
  const mark = "revoking-sessions-<user.id>";
  if (what === "update") checks.equal(`${what}: the mark of it`, found[mark]?.seconds, 60);
  delete found[mark];
  for (const [key, { text }] of Object.entries(found)) {
    if (text && key.startsWith("verification:") && !flavour.has.includes("rows")) {
      checks.equal(`${what}: an id of its own`, text.id, "string <32 random letters>");
      delete text.id;
    }
    if (!key.startsWith("verification:auth-state:")) continue;
    const state = text.value["text of"];
    checks.equal(`${what}: whose answer is waited for`, state.provider, "string mock-oidc");
    delete state.provider;
  }
}

function compare({ checks }, what, [expected, found]) {
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  checks.equal(`${what}: something is written`, keys.size > 0, true);
  for (const key of keys) checks.equal(`${what}: ${key}`, found[key], expected[key]);
}

const WHERE = { provider: "mock-oidc", callbackURL: "/after", errorCallbackURL: "/failed" };
