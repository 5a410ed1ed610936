// What both sides write while somebody is on the way: tokens of mails, states of providers.

import { data } from "../../official-client/lib/check.js";
import { SameRows } from "../lib/same-rows.js";
import { asked } from "./resets.js";

export async function rowsOfTokens(world) {
  const people = [];
  for (const side of world.sides) people.push(await world.signedUp(side));
  const same = new SameRows(world, people.map(({ user, email }) => ({ [user.id]: "user.id", [email]: "email" })));
  for (const [what, identifierOf] of TOKENS) {
    const rows = [];
    for (const [at, side] of world.sides.entries()) {
      rows.push(await world.rows.one("verification", "identifier", await identifierOf(world, side, people[at])));
    }
    if (what.startsWith("state")) takeProvider(world, what, rows[1]);
    same.compareRows(what, rows);
  }
}

const TOKENS = [
  ["reset", async (world, side, { email }) => `reset-password:${(await asked(world, side, email)).token}`],
  ["deletion", deletion],
  ["state", async (world, side) => stateOf(await world.visitor().client(side).signIn.social(WHERE))],
  ["state with all options", async (world, side) => stateOf(await world.visitor().client(side).signIn.social(ALL))],
  ["state of a link", async (_world, side, { visitor }) => stateOf(await visitor.client(side).linkSocial(WHERE))],
];

async function deletion(_world, side, { visitor, email }) {
  data(await visitor.client(side).deleteUser({ callbackURL: "/gone" }));
  return `delete-account-${(await side.outbox.next("delete-account", email)).token}`;
}

function stateOf(started) {
  return `auth-state:${new URL(data(started).url).searchParams.get("state")}`;
}

/** `auth-server` notes in a state whose answer it waits for. Better Auth reads over it; nothing else may be more. */
function takeProvider({ checks }, what, { value }) {
  const { provider, ...rest } = JSON.parse(value.text);
  checks.equal(`${what}: whose answer is waited for`, provider, "mock-oidc");
  value.text = JSON.stringify(rest);
}

const WHERE = { provider: "mock-oidc", callbackURL: "/after", errorCallbackURL: "/failed" };
const ALL = {
  ...WHERE,
  newUserCallbackURL: "/welcome",
  requestSignUp: true,
  additionalData: { plan: "pro", seats: 3 },
};
