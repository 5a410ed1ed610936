// A link that one side has mailed works on the other.

import { data } from "../../official-client/lib/check.js";

export async function mails(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  await ada.visitor.follow(to, (await from.outbox.next("verify-email", ada.email)).url);
  checks.equal("an address verified there", (await ada.visitor.session(from))?.user.emailVerified, true);

  const newEmail = `new-${ada.email}`;
  data(await ada.visitor.client(from).changeEmail({ newEmail, callbackURL: "/changed" }));
  await ada.visitor.follow(to, (await from.outbox.next("change-email", ada.email)).url);
  await ada.visitor.follow(from, (await to.outbox.next("verify-email", newEmail)).url);
  for (const side of [from, to]) {
    const { email, emailVerified } = (await ada.visitor.session(side)).user;
    checks.equal(`the changed address, at ${side.name}`, [email, emailVerified], [newEmail, true]);
  }
}
