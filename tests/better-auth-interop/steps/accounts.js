// Who signs up on one side signs in on the other.

import { data } from "../../official-client/lib/check.js";

export async function accounts(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  const visitor = world.visitor();
  const { user } = data(await visitor.client(to).signIn.email({ email: ada.email, password: ada.password }));
  checks.equal("the user who signs in there", user, ada.user);
  checks.equal("their name, with letters beyond ASCII", user.name, ada.name);
  const capitals = await world.tries(to, ada.email.toUpperCase(), ada.password);
  checks.equal("the address in capitals", data(capitals).user.id, ada.user.id);
  checks.refused("a wrong password", await world.tries(to, ada.email, "wrong horse"), 401, "INVALID_EMAIL_OR_PASSWORD");
  const other = { name: "Other", email: ada.email, password: "another horse" };
  const again = await world.visitor().client(to).signUp.email(other);
  checks.refused("the same address again", again, 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  const lists = await Promise.all([from, to].map((side) => ada.visitor.client(side).listAccounts()));
  checks.equal("their accounts", data(lists[1]), data(lists[0]));
}
