// Somebody goes to a provider by one side and comes back to the other; later, both know the account.

import { data } from "../../official-client/lib/check.js";
import { callbackFrom } from "../../official-client/lib/social.js";

export async function crossing(world, from, to) {
  for (const provider of ["mock-oauth", "mock-oidc"]) await crossesWith(world, provider, from, to);
  await links(world, from, to);
}

async function crossesWith(world, provider, from, to) {
  const { checks } = world;
  const person = world.person();
  const visitor = world.visitor();
  const answer = await world.atProvider(visitor, person, { by: from, back: to, provider });
  checks.equal(`${provider}: where the callback leads`, [answer.status, answer.headers.location], [302, "/after"]);
  const session = await visitor.session(from);
  checks.equal(`${provider}: who is signed in`, session?.user.email, person.email);

  const back = world.visitor();
  await world.atProvider(back, person, { by: from, provider });
  checks.equal(`${provider}: the same user again`, (await back.session(to))?.user.id, session?.user.id);
  checks.equal(`${provider}: one account`, (await world.rows.of("account", "accountId", person.id)).length, 1);
}

/** The session that began it stands encrypted in the state. */
async function links(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  world.provider.next({ email_verified: true, id: ada.id, email: ada.email, name: ada.name });
  const { url } = data(await ada.visitor.client(from).linkSocial({ provider: "mock-oidc", callbackURL: "/linked" }));
  const answer = await ada.visitor.follow(to, await callbackFrom(url));
  checks.equal("where linking leads", [answer.status, answer.headers.location], [302, "/linked"]);
  const accounts = data(await ada.visitor.client(from).listAccounts());
  const providers = accounts.map(({ providerId }) => providerId).sort();
  checks.equal("the accounts after linking", providers, ["credential", "mock-oidc"]);
}
