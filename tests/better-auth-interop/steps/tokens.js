// What a provider has given to one side is read by the other, although it stands there encrypted.

import { data } from "../../official-client/lib/check.js";

export async function tokens(world, from, to) {
  const { checks } = world;
  const ada = await world.arrived(from, "mock-oidc");
  const accounts = data(await ada.visitor.client(to).listAccounts());
  const { id: accountId } = accounts.find(({ providerId }) => providerId === "mock-oidc");
  const token = async (side) => data(await ada.visitor.client(side).getAccessToken({ accountId }));
  const given = await token(from);
  checks.equal("the token, read there", await token(to), given);
  const [stored] = await world.rows.of("account", "userId", ada.user.id);
  for (const field of ["accessToken", "refreshToken"]) {
    checks.equal(`${field} is stored encrypted`, /^(\$ba\$2\$)?[0-9a-f]{100,}$/.test(stored[field].text), true);
  }

  data(await ada.visitor.client(to).refreshToken({ accountId }));
  const refreshed = await token(to);
  checks.equal("a refresh there gives another token", refreshed.accessToken === given.accessToken, false);
  checks.equal("the refreshed token, read here", await token(from), refreshed);
  data(await ada.visitor.client(from).refreshToken({ accountId }));
  checks.equal("refreshed here with the refresh token of there", await token(to), await token(from));
}
