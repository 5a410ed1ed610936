// A state that a Better Auth from before 1.7.3 has stored has no prefix. `auth-server` takes it, once; Better Auth
// itself does not.

import { data } from "../../official-client/lib/check.js";
import { callbackFrom } from "../../official-client/lib/social.js";

export async function olderStates(world) {
  const { checks, rows } = world;
  const [betterAuth, authServer] = world.sides;
  const person = world.person();
  const visitor = world.visitor();
  world.provider.next({ email_verified: true, ...person });
  const options = { provider: "mock-oauth", callbackURL: "/after" };
  const { url } = data(await visitor.client(betterAuth).signIn.social(options));
  const state = new URL(url).searchParams.get("state");
  const { id } = await rows.one("verification", "identifier", `auth-state:${state}`);
  await rows.set("verification", id.text, "identifier", state);
  const back = await visitor.follow(authServer, await callbackFrom(url));
  checks.equal("where the callback leads", [back.status, back.headers.location], [302, "/after"]);
  checks.equal("who is signed in", (await visitor.session(betterAuth))?.user.email, person.email);
  checks.equal("rows that are left", (await rows.of("verification", "identifier", state)).length, 0);
}
