import assert from "node:assert/strict";
import { data, failed, keys } from "../lib/check.js";
import { arrived } from "../lib/social.js";

export default {
  "tells what the provider knows": async (world) => {
    for (const provider of ["mock-oauth", "mock-oidc"]) {
      const { client, account, ...person } = await arrived(world, provider);
      const info = data(await client.accountInfo({ query: { accountId: account.id } }));
      keys(info, ["account", "data", "user"]);
      assert.deepEqual(info.account, { id: account.id, providerId: provider, accountId: person.id });
      const { email, emailVerified, name } = info.user;
      assert.deepEqual({ email, emailVerified, name }, { email: person.email, emailVerified: true, name: person.name });
      assert.equal(info.data.email, person.email);
      assert.equal(info.data[provider === "mock-oidc" ? "sub" : "id"], person.id);
    }
  },

  "is refused for a password, for another's account and without a session": async (world) => {
    const { client } = await world.signedUp();
    const [{ id: password }] = data(await client.listAccounts());
    const { account } = await arrived(world, "mock-oauth");
    const info = (accountId, asked = client) => asked.accountInfo({ query: { accountId } });
    failed(await info(password), 400, "PROVIDER_NOT_CONFIGURED");
    failed(await info(account.id), 400, "ACCOUNT_NOT_FOUND");
    const stranger = world.browser();
    failed(await info(account.id, stranger.client), 401, undefined);
    assert.equal(stranger.last.text, "");
    failed(await client.accountInfo({ query: {} }), 400, "VALIDATION_ERROR");
  },
};
