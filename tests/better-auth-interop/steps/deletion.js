// Who is deleted on one side, by a link that the other has mailed, is gone on both.

import { data } from "../../official-client/lib/check.js";

export async function deletion(world, from, to) {
  const { checks, rows } = world;
  const ada = await world.signedUp(from);
  data(await ada.visitor.client(from).deleteUser({ callbackURL: "/gone" }));
  await ada.visitor.follow(to, (await from.outbox.next("delete-account", ada.email)).url);
  const tried = await world.tries(from, ada.email, ada.password);
  checks.refused("signing in after it", tried, 401, "INVALID_EMAIL_OR_PASSWORD");
  const left = await Promise.all(["session", "account"].map((model) => rows.of(model, "userId", ada.user.id)));
  checks.equal("rows that are left", left.flat().length, 0);
}
