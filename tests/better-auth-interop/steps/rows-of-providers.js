// What both sides write for people from a provider, column by column.

import { data } from "../../official-client/lib/check.js";
import { callbackFrom } from "../../official-client/lib/social.js";
import { SameRows } from "../lib/same-rows.js";

export async function rowsOfProviders(world) {
  for (const provider of ["mock-oauth", "mock-oidc"]) {
    const people = [];
    for (const side of world.sides) people.push(await world.arrived(side, provider));
    const same = new SameRows(world, people.map(knownOf));
    for (const [what, act] of [["sign-in", async () => {}], ["sign-in again", again], ["refresh", refresh]]) {
      for (const [at, side] of world.sides.entries()) await act(world, side, people[at], provider);
      await same.compare(`${provider}: ${what}`, "user", "id", people.map(({ user }) => user.id));
      await same.compare(`${provider}: ${what}`, "account", "userId", people.map(({ user }) => user.id));
    }
  }
  await linked(world);
}

async function linked(world) {
  const people = [];
  for (const side of world.sides) {
    const ada = await world.signedUp(side);
    world.provider.next({ email_verified: true, id: ada.id, email: ada.email, name: ada.name });
    const { url } = data(await ada.visitor.client(side).linkSocial({ provider: "mock-oauth", callbackURL: "/linked" }));
    await ada.visitor.follow(side, await callbackFrom(url));
    people.push(ada);
  }
  const same = new SameRows(world, people.map(knownOf));
  await same.compare("linking", "user", "id", people.map(({ user }) => user.id));
  await same.compare("linking", "account", "accountId", people.map(({ id }) => id));
}

function again(world, side, person, provider) {
  return world.atProvider(person.visitor, person, { by: side, provider });
}

/** Only one of the providers gives refresh tokens. */
async function refresh(_world, side, { visitor }, provider) {
  if (provider !== "mock-oidc") return;
  const [{ id: accountId }] = data(await visitor.client(side).listAccounts());
  data(await visitor.client(side).refreshToken({ accountId }));
}

function knownOf({ user, email, id }) {
  return { [user.id]: "user.id", [email]: "email", [id]: "subject" };
}
