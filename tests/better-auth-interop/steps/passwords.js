// A password changed on one side is the password on the other, and the old one is none any more.

import { data } from "../../official-client/lib/check.js";

export async function passwords(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  const other = await world.signedIn(from, ada);
  // Other letters, one of them composed in two ways: what is hashed is normalised.
  const newPassword = "caf\u00e9 \u00c5ngstr\u00f6m 2026";
  const change = { currentPassword: ada.password, newPassword, revokeOtherSessions: true };
  data(await ada.visitor.client(to).changePassword(change));
  const old = await world.tries(from, ada.email, ada.password);
  checks.refused("the old password", old, 401, "INVALID_EMAIL_OR_PASSWORD");
  const composed = await world.tries(from, ada.email, newPassword.normalize("NFD"));
  checks.equal("the new password", data(composed).user.id, ada.user.id);
  checks.equal("the session that the change has made", (await ada.visitor.session(from))?.user.id, ada.user.id);
  checks.equal("a session that the change has revoked", await other.visitor.session(from), null);
}
