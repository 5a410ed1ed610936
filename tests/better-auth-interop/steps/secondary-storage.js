// What one side has written into the storage, or taken out of it, counts on the other.

import { data } from "../../official-client/lib/check.js";
import { asked } from "./resets.js";

export async function secondaryStorage(world, from, to) {
  const ada = await world.signedUp(from);
  const { session } = await ada.visitor.session(from);
  const second = await world.signedIn(to, ada);
  await begins(world, { ada, session, second, from, to });
  await changes(world, { ada, session, second, from, to });
  await ends(world, { ada, session, second, from, to });
  await endsAll(world, { ada, session, from, to });
  await resets(world, ada, from, to);
}

async function begins({ checks, store, rows, flavour }, { ada, session, second, from, to }) {
  const inRows = (await rows.of("session", "token", session.token)).length;
  checks.equal("rows of the session", inRows, flavour.has.includes("rows") ? 1 : 0);
  const stored = JSON.parse(await store.text(session.token));
  checks.equal("whose the entry is", [stored.session.id, stored.user.id], [session.id, ada.user.id]);
  const { tokens, ends: instants } = await listed(store, ada);
  checks.equal("the tokens of the list", [...tokens].sort(), [session.token, second.token].sort());
  checks.equal("those first that end first", instants, instants.toSorted((one, other) => one - other));
  for (const side of [from, to]) {
    for (const [what, { visitor }] of [["the first", ada], ["the second", second]]) {
      checks.equal(`${what} session at ${side.name}`, (await visitor.session(side))?.user.id, ada.user.id);
      const list = data(await visitor.client(side).listSessions()).map(({ token }) => token);
      checks.equal(`the list by ${what} at ${side.name}`, list.sort(), [session.token, second.token].sort());
    }
  }
}

/** Both sessions of the user, whoever has begun them. */
async function changes({ checks, store }, { ada, session, second, from, to }) {
  data(await ada.visitor.client(to).updateUser({ name: "Ada King" }));
  for (const token of [session.token, second.token]) {
    checks.equal("the name in an entry", JSON.parse(await store.text(token)).user.name, "Ada King");
  }
  checks.equal("the name, read here", (await second.visitor.session(from))?.user.name, "Ada King");
}

async function ends({ checks, store }, { ada, session, second, from, to }) {
  const copy = second.visitor.copy();
  data(await second.visitor.client(from).signOut());
  checks.equal("the entry after sign-out", await store.text(second.token), null);
  checks.equal("the list after sign-out", (await listed(store, ada)).tokens, [session.token]);
  checks.equal("the session there after sign-out", await copy.session(to), null);
}

/** The mark of it counts by itself: an entry that somebody writes late does not bring the session back. */
async function endsAll({ checks, store }, { ada, session, from, to }) {
  const text = await store.text(session.token);
  const copy = ada.visitor.copy();
  const before = Date.now();
  data(await ada.visitor.client(to).revokeSessions());
  const mark = Number(await store.text(`revoked-sessions-before-${ada.user.id}`));
  checks.equal("the mark is the instant", mark >= before && mark <= Date.now(), true);
  checks.equal("the entry after it", await store.text(session.token), null);
  checks.equal("the list after it", await store.text(`active-sessions-${ada.user.id}`), null);
  await store.set(session.token, text, 600);
  for (const side of [from, to]) {
    checks.equal(`an entry that is back, at ${side.name}`, await copy.copy().session(side), null);
    await store.set(session.token, text, 600);
  }
  await store.remove(session.token);
}

async function resets(world, ada, from, to) {
  const { checks, store } = world;
  const { token } = await asked(world, from, ada.email);
  const key = `verification:reset-password:${token}`;
  checks.equal("whose the token is", JSON.parse(await store.text(key)).value, ada.user.id);
  data(await world.visitor().client(to).resetPassword({ newPassword: "battery staple", token }));
  checks.equal("the entry of the token after it was used", await store.text(key), null);
}

async function listed(store, { user }) {
  const list = JSON.parse(await store.text(`active-sessions-${user.id}`));
  return { tokens: list.map(({ token }) => token), ends: list.map(({ expiresAt }) => expiresAt) };
}
