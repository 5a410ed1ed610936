import assert from "node:assert/strict";
import { data, failed, keys } from "../lib/check.js";
import { request } from "../lib/http.js";
import { arrived } from "../lib/social.js";

export default {
  "of an OAuth account opens the provider": async (world) => {
    const { browser, client, account, email } = await arrived(world, "mock-oauth");
    const { accessToken, scopes } = data(await client.getAccessToken({ accountId: account.id }));
    const body = JSON.parse(browser.last.text);
    keys(body, ["accessToken", "accessTokenExpiresAt", "scopes"]);
    assert.ok(Math.abs(Date.parse(body.accessTokenExpiresAt) - Date.now() - 3_600_000) < 60_000);
    assert.deepEqual(scopes, ["email"]);
    assert.equal((await whoIs(world, "oauth", accessToken)).email, email);
  },

  "of an OIDC account comes with the id token, and is the same until it expires": async (world) => {
    const { client, account, id } = await arrived(world, "mock-oidc");
    const first = data(await client.getAccessToken({ accountId: account.id }));
    keys(first, ["accessToken", "accessTokenExpiresAt", "idToken", "scopes"]);
    assert.equal(first.idToken.split(".").length, 3);
    assert.equal((await whoIs(world, "oidc", first.accessToken)).sub, id);
    assert.equal(data(await client.getAccessToken({ accountId: account.id })).accessToken, first.accessToken);
  },

  "is refreshed when it is about to expire": async (world) => {
    world.provider.next({});
    const { client, account, id } = await arrived(world, "mock-oidc", { expires_in: 2 });
    const fresh = data(await client.getAccessToken({ accountId: account.id }));
    assert.ok(fresh.accessTokenExpiresAt - Date.now() > 3_000_000);
    assert.equal((await whoIs(world, "oidc", fresh.accessToken)).sub, id);
    assert.equal(data(await client.getAccessToken({ accountId: account.id })).accessToken, fresh.accessToken);
  },

  "is refused for a password, for another's account, without a session, without a choice": async (world) => {
    const { client } = await world.signedUp();
    const [{ id: password }] = data(await client.listAccounts());
    const { account } = await arrived(world, "mock-oauth");
    failed(await client.getAccessToken({ accountId: password }), 400, "PROVIDER_NOT_SUPPORTED");
    failed(await client.getAccessToken({ accountId: account.id }), 400, "ACCOUNT_NOT_FOUND");
    failed(await client.getAccessToken({ useAccountCookie: true }), 400, "ACCOUNT_NOT_FOUND");
    failed(await client.getAccessToken({ providerId: "mock-oauth" }), 400, "VALIDATION_ERROR");
    const stranger = world.browser();
    failed(await stranger.client.getAccessToken({ accountId: account.id }), 401, undefined);
    assert.equal(stranger.last.text, "");
  },
};

async function whoIs(world, part, accessToken) {
  const url = new URL(`/${part}/userinfo`, world.provider.issuer);
  const { status, text } = await request(url, { headers: { authorization: `Bearer ${accessToken}` } });
  assert.equal(status, 200, text);
  return JSON.parse(text);
}
