// A token that one side has made resets the password on the other, once.

import { data } from "../../official-client/lib/check.js";

export async function resets(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  const { url, token } = await asked(world, from, ada.email);
  const led = await world.visitor().follow(to, url);
  checks.equal("the link of the mail, followed there", led.headers.location?.includes(token), true);
  const newPassword = "battery staple 2026";
  data(await world.visitor().client(to).resetPassword({ newPassword, token }));
  for (const side of [from, to]) {
    const again = await world.visitor().client(side).resetPassword({ newPassword: "third password", token });
    checks.refused(`the token again, at ${side.name}`, again, 400, "INVALID_TOKEN");
  }
  const old = await world.tries(from, ada.email, ada.password);
  checks.refused("the old password", old, 401, "INVALID_EMAIL_OR_PASSWORD");
  checks.equal("the new password", data(await world.tries(from, ada.email, newPassword)).user.id, ada.user.id);
  checks.equal("the session from before", (await ada.visitor.session(to))?.user.id, ada.user.id);
  await expired(world, from, to, ada.email);
}

async function expired(world, from, to, email) {
  const { token } = await asked(world, from, email);
  await world.places.moveEndOfVerification(`reset-password:${token}`, -2 * 3_600_000);
  const late = await world.visitor().client(to).resetPassword({ newPassword: "fourth password", token });
  world.checks.refused("a token that has expired", late, 400, "INVALID_TOKEN");
}

/** Asks a side for a mail that resets: the mail. */
export async function asked(world, side, email) {
  data(await world.visitor().client(side).requestPasswordReset({ email, redirectTo: "/reset" }));
  return side.outbox.next("reset-password", email);
}
