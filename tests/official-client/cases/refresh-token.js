import assert from "node:assert/strict";
import { data, failed, keys } from "../lib/check.js";
import { arrived } from "../lib/social.js";

export default {
  "gives new tokens, each time": async (world) => {
    const { client, account } = await arrived(world, "mock-oidc");
    const before = data(await client.getAccessToken({ accountId: account.id }));
    const first = data(await client.refreshToken({ accountId: account.id }));
    keys(first, [...TOKEN_KEYS]);
    assert.deepEqual([first.providerId, first.accountId], ["mock-oidc", account.id]);
    assert.deepEqual(first.scope.split(",").sort(), ["email", "openid", "profile"]);
    const second = data(await client.refreshToken({ accountId: account.id }));
    assert.equal(new Set([before.accessToken, first.accessToken, second.accessToken]).size, 3);
    assert.notEqual(first.refreshToken, second.refreshToken);
    assert.equal(data(await client.getAccessToken({ accountId: account.id })).accessToken, second.accessToken);
  },

  "is refused without one, for a password, for another's account, without a session": async (world) => {
    const { client, account } = await arrived(world, "mock-oauth");
    const other = await world.signedUp();
    const [{ id: password }] = data(await other.client.listAccounts());
    failed(await client.refreshToken({ accountId: account.id }), 400, "REFRESH_TOKEN_NOT_FOUND");
    failed(await other.client.refreshToken({ accountId: password }), 400, "PROVIDER_NOT_SUPPORTED");
    failed(await other.client.refreshToken({ accountId: account.id }), 400, "ACCOUNT_NOT_FOUND");
    const stranger = world.browser();
    failed(await stranger.client.refreshToken({ accountId: account.id }), 401, undefined);
    assert.equal(stranger.last.text, "");
  },
};

const TOKEN_KEYS = [
  "accessToken",
  "accessTokenExpiresAt",
  "accountId",
  "idToken",
  "providerId",
  "refreshToken",
  "refreshTokenExpiresAt",
  "scope",
];
