import assert from "node:assert/strict";
import { data, failed, keys, USER_KEYS } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";
import { IdTokens } from "../provider/id-tokens.js";
import { newKey } from "../provider/signing-key.js";

export default {
  "signs in and up": async (world) => {
    const { id: sub, email, name } = world.person();
    const ids = [];
    for (const nonce of [undefined, "once"]) {
      const browser = world.browser();
      const token = sign(world, { sub, email: email.toUpperCase(), name, email_verified: true, nonce });
      data(await attempt(browser, { token, nonce }));
      const body = JSON.parse(browser.last.text);
      keys(body, ["redirect", "token", "user"]);
      keys(body.user, USER_KEYS);
      assert.deepEqual([body.redirect, body.user.email, body.user.emailVerified], [false, email, true]);
      assert.ok(browser.received(SESSION_COOKIE));
      assert.equal(data(await browser.client.getSession()).session.token, body.token);
      ids.push(body.user.id);
    }
    assert.equal(ids[0], ids[1]);
  },

  "refuses a token that is not for this client, of this issuer, of this time, of this request": async (world) => {
    const { id: sub, email } = world.person();
    const claims = { sub, email, email_verified: true, nonce: "once" };
    const now = Math.floor(Date.now() / 1000);
    const bad = [
      sign(world, { ...claims, aud: "another client" }),
      sign(world, { ...claims, iss: "https://evil.example" }),
      sign(world, { ...claims, iat: now - 7200, exp: now - 3600 }),
      sign(world, { ...claims, nonce: "twice" }),
      sign(world, { ...claims, sub: undefined }),
      new IdTokens(world.provider.issuer, newKey()).sign(claims),
      "nonsense",
    ];
    for (const token of bad) failed(await attempt(world.browser(), { token, nonce: "once" }), 401, "INVALID_TOKEN");
    data(await attempt(world.browser(), { token: sign(world, claims), nonce: "once" }));
  },

  "refuses an address that belongs to somebody else": async (world) => {
    const { email } = await world.signedUp();
    const token = sign(world, { sub: world.person().id, email, email_verified: true });
    const result = await attempt(world.browser(), { token });
    failed(result, 401, "OAUTH_LINK_ERROR");
    assert.equal(result.error.message, "account not linked");
  },

  "is not for a provider without id tokens": async (world) => {
    const token = sign(world, { sub: "x" });
    failed(await attempt(world.browser(), { token }, "mock-oauth"), 404, "ID_TOKEN_NOT_SUPPORTED");
  },

  "links an account": async (world) => {
    const { client, email } = await world.verified();
    const sub = world.person().id;
    const link = (claims, asking = client) => {
      const token = sign(world, { sub, email, email_verified: true, ...claims });
      return asking.linkSocial({ provider: "mock-oidc", idToken: { token } });
    };
    failed(await link({ email_verified: false }), 401, "LINKING_NOT_ALLOWED");
    failed(await link({ email: world.person().email }), 401, "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED");
    for (const _ of ["new", "known"]) assert.deepEqual(data(await link()), { url: "", status: true, redirect: false });
    const other = await world.verified();
    failed(await link({ email: other.email }, other.client), 409, "SOCIAL_ACCOUNT_ALREADY_LINKED");
    const linked = data(await client.listAccounts()).filter(({ providerId }) => providerId === "mock-oidc");
    assert.deepEqual(linked.map(({ accountId }) => accountId), [sub]);
  },
};

function attempt({ client }, idToken, provider = "mock-oidc") {
  return client.signIn.social({ provider, idToken });
}

function sign(world, claims) {
  return world.provider.idTokens.sign(claims);
}
