import assert from "node:assert/strict";
import { data, redirected, redirectedWithError } from "../lib/check.js";
import { arrived, authorizationUrl, callbackFrom, signIn } from "../lib/social.js";

const PROVIDER = { provider: "mock-oidc" };

export default {
  "asks for openid and sends a nonce": async (world) => {
    const query = new URL(await authorizationUrl(world.browser(), PROVIDER)).searchParams;
    assert.deepEqual(query.get("scope").split(" ").sort(), ["email", "openid", "profile"]);
    assert.match(query.get("nonce"), /^[A-Za-z0-9_-]{32}$/);
    assert.equal(query.get("code_challenge_method"), "S256");
    assert.equal(query.get("redirect_uri"), `${world.base}/callback/mock-oidc`);
  },

  "makes a new user and knows them again": async (world) => {
    const first = await arrived(world, "mock-oidc", { image: "https://example.com/o.png" });
    assert.deepEqual(
      [first.user.name, first.user.email, first.user.emailVerified, first.user.image],
      [first.name, first.email, true, "https://example.com/o.png"],
    );
    assert.equal(first.account.accountId, first.id);
    const browser = world.browser();
    const same = { id: first.id, email: first.email, email_verified: true };
    redirected(await signIn(world, browser, same, PROVIDER), "/after");
    assert.equal(data(await browser.client.getSession()).user.id, first.user.id);
  },

  "refuses an id token with another nonce": async (world) => {
    const answer = await signIn(world, world.browser(), { ...world.person(), nonce: "another" }, PROVIDER);
    redirectedWithError(answer, world.errorPage, "unable_to_get_user_info");
  },

  "refuses the answer of another issuer": async (world) => {
    world.provider.next(world.person());
    const browser = world.browser();
    const callback = new URL(await callbackFrom(await authorizationUrl(browser, PROVIDER)));
    callback.searchParams.set("iss", "https://evil.example");
    redirectedWithError(await browser.visit(callback), world.errorPage, "issuer_mismatch");
  },

  "refuses a code of the other provider": async (world) => {
    world.provider.next(world.person());
    const browser = world.browser();
    const foreign = new URL(await callbackFrom(await authorizationUrl(world.browser(), { provider: "mock-oauth" })));
    const callback = new URL(await callbackFrom(await authorizationUrl(browser, PROVIDER)));
    callback.searchParams.set("code", foreign.searchParams.get("code"));
    redirectedWithError(await browser.visit(callback), world.errorPage, "invalid_code");
  },
};
