// What both sides write for people with passwords, column by column.

import { data } from "../../official-client/lib/check.js";
import { SameRows } from "../lib/same-rows.js";

export async function rowsOfAccounts(world) {
  const people = [];
  for (const side of world.sides) people.push(await signedUpInCapitals(world, side));
  const same = new SameRows(world, people.map(({ user, email }) => ({ [user.id]: "user.id", [email]: "email" })));
  for (const [what, act] of ACTIONS) {
    for (const [at, side] of world.sides.entries()) await act(world, side, people[at]);
    await same.compare(what, "user", "id", people.map(({ user }) => user.id));
    await same.compare(what, "account", "userId", people.map(({ user }) => user.id));
    await same.compare(what, "session", "id", people.map(({ session }) => session.id));
  }
}

const ACTIONS = [
  ["sign-up", async () => {}],
  ["update", update({ name: "Ada King", image: "https://example.com/ada.png" })],
  ["nothing but null", update({ image: null })],
  ["change of password", changePassword],
  ["verification", async (_world, side, { visitor, email }) =>
    visitor.follow(side, (await side.outbox.next("verify-email", email)).url)],
  ["extension", extend],
  ["password reset", resetPassword],
  ["sign-in for a day, without a name of the browser, through a proxy", signInPlainly],
];

async function signedUpInCapitals(world, side) {
  const { name, email, password } = world.person();
  const visitor = world.visitor();
  data(await visitor.client(side).signUp.email({ name, email: email.toUpperCase(), password }));
  return { email, password, visitor, ...(await visitor.session(side)) };
}

function update(change) {
  return async (_world, side, { visitor }) => data(await visitor.client(side).updateUser(change));
}

async function changePassword(_world, side, { visitor, password }) {
  data(await visitor.client(side).changePassword({ currentPassword: password, newPassword: "battery staple" }));
}

async function extend({ places }, side, { visitor, session }) {
  await places.moveEndOfSession(session, -3 * 86_400_000);
  await visitor.session(side);
}

async function resetPassword(world, side, { email }) {
  data(await world.visitor().client(side).requestPasswordReset({ email, redirectTo: "/reset" }));
  const { token } = await side.outbox.next("reset-password", email);
  data(await world.visitor().client(side).resetPassword({ newPassword: "third staple", token }));
}

/** The session is another from here on. */
async function signInPlainly(world, side, person) {
  person.visitor = world.visitor();
  const browser = person.visitor.at(side);
  const body = { email: person.email, password: "third staple", rememberMe: false };
  const headers = { "user-agent": undefined, "x-forwarded-for": "203.0.113.7" };
  const answer = await browser.post("/sign-in/email", body, headers);
  const [row] = await world.rows.of("session", "token", JSON.parse(answer.text).token);
  person.session = { id: row.id.text };
}
