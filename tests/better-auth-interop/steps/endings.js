// A session that ends on one side has ended on the other.

import { data } from "../../official-client/lib/check.js";

export async function endings(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  const [one, two, three] = await inTurn([from, to, from], (side) => world.signedIn(side, ada));

  // The cookie outlives the sign-out here: somebody may have copied it.
  const copy = one.visitor.copy();
  checks.equal("the copied cookie before", (await copy.session(to))?.user.id, ada.user.id);
  data(await one.visitor.client(to).signOut());
  checks.equal("after sign-out there", await copy.session(from), null);

  data(await ada.visitor.client(to).revokeSession({ token: two.token }));
  checks.equal("after its session was revoked", await two.visitor.session(from), null);

  data(await ada.visitor.client(to).revokeOtherSessions());
  checks.equal("after the other sessions were revoked", await three.visitor.session(from), null);
  checks.equal("the session that has revoked them", (await ada.visitor.session(from))?.user.id, ada.user.id);

  data(await ada.visitor.client(to).revokeSessions());
  checks.equal("after all were revoked", await ada.visitor.session(from), null);
}

async function inTurn(items, run) {
  const results = [];
  for (const item of items) results.push(await run(item));
  return results;
}
