import assert from "node:assert/strict";
import { data, failed, keys } from "../lib/check.js";
import { arrived } from "../lib/social.js";

const ACCOUNT_KEYS = ["accountId", "createdAt", "id", "providerId", "scopes", "updatedAt", "userId"];

export default {
  "shows a password as an account without scopes": async (world) => {
    const { browser, client, user } = await world.signedUp();
    const [account, ...others] = data(await client.listAccounts());
    assert.deepEqual(others, []);
    keys(JSON.parse(browser.last.text)[0], ACCOUNT_KEYS);
    const { providerId, accountId, userId, scopes } = account;
    assert.deepEqual({ providerId, accountId, userId, scopes }, {
      providerId: "credential",
      accountId: user.id,
      userId: user.id,
      scopes: [],
    });
  },

  "shows the provider's, without its tokens": async (world) => {
    const { browser, client, id, user } = await arrived(world, "mock-oidc");
    const [account] = data(await client.listAccounts());
    keys(JSON.parse(browser.last.text)[0], ACCOUNT_KEYS);
    assert.deepEqual([account.providerId, account.accountId, account.userId], ["mock-oidc", id, user.id]);
    assert.deepEqual(account.scopes.sort(), ["email", "openid", "profile"]);
  },

  "asks for a session": async (world) => {
    failed(await world.browser().client.listAccounts(), 401, "UNAUTHORIZED");
  },
};
