import assert from "node:assert/strict";
import { data, failed, refused } from "../lib/check.js";

const FOREIGN = "https://evil.example";

export default {
  "a foreign page has no use of the cookie": async (world) => {
    const { browser, client } = await world.signedUp();
    const post = (origin) => browser.post("/sign-out", {}, { origin });
    refused(await post(FOREIGN), 403, "INVALID_ORIGIN");
    refused(await post(`${world.origin}.evil.example`), 403, "INVALID_ORIGIN");
    refused(await post("null"), 403, "MISSING_OR_NULL_ORIGIN");
    refused(await post(undefined), 403, "MISSING_OR_NULL_ORIGIN");
    assert.notEqual(data(await client.getSession()), null);
  },

  "Referer stands in for Origin": async (world) => {
    const { browser } = await world.signedUp();
    const post = (referer) => browser.post("/revoke-other-sessions", {}, { origin: undefined, referer });
    refused(await post(`${FOREIGN}/page`), 403, "INVALID_ORIGIN");
    assert.equal((await post(`${world.origin}/page`)).status, 200);
  },

  "without a cookie a foreign page cannot sign in or up": async (world) => {
    const { id: _, ...person } = world.person();
    for (const path of ["/sign-in/email", "/sign-up/email"]) {
      refused(await world.browser().post(path, person, { origin: FOREIGN }), 403, "INVALID_ORIGIN");
      const navigation = { origin: undefined, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
      refused(await world.browser().post(path, person, navigation), 403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED");
      const script = { origin: undefined, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
      refused(await world.browser().post(path, person, script), 403, "MISSING_OR_NULL_ORIGIN");
    }
  },

  "a program without cookie and Origin may sign up": async (world) => {
    const { id: _, ...person } = world.person();
    assert.equal((await world.browser().post("/sign-up/email", person, { origin: undefined })).status, 200);
  },

  "no redirect leads to a foreign host": async (world) => {
    const { client, email, password } = await world.verified();
    const elsewhere = `${FOREIGN}/page`;
    const social = { provider: "mock-oauth", callbackURL: "/" };
    for (const callbackURL of [elsewhere, "//evil.example", "/\\evil.example", "javascript:alert(1)"])
      failed(await client.signIn.email({ email, password, callbackURL }), 403, "INVALID_CALLBACK_URL");
    failed(await client.requestPasswordReset({ email, redirectTo: elsewhere }), 403, "INVALID_REDIRECT_URL");
    const start = (places) => client.signIn.social({ ...social, ...places });
    failed(await start({ callbackURL: elsewhere }), 403, "INVALID_CALLBACK_URL");
    failed(await start({ errorCallbackURL: elsewhere }), 403, "INVALID_ERROR_CALLBACK_URL");
    failed(await start({ newUserCallbackURL: elsewhere }), 403, "INVALID_NEW_USER_CALLBACK_URL");
    failed(await client.linkSocial({ ...social, callbackURL: elsewhere }), 403, "INVALID_CALLBACK_URL");
    const newEmail = world.person().email;
    failed(await client.changeEmail({ newEmail, callbackURL: elsewhere }), 403, "INVALID_CALLBACK_URL");
    failed(await client.deleteUser({ callbackURL: elsewhere }), 403, "INVALID_CALLBACK_URL");
  },

  "nor does a link of a mail": async (world) => {
    const { browser } = await world.signedUp();
    const query = `token=x&callbackURL=${encodeURIComponent(`${FOREIGN}/page`)}`;
    for (const path of ["/verify-email", "/reset-password/x", "/delete-user/callback"])
      refused(await browser.raw("GET", `${path}?${query}`), 403, "INVALID_CALLBACK_URL");
  },

  "the own origin in full is a place to go": async (world) => {
    const { client, email, password } = await world.signedUp();
    const callbackURL = `${world.origin}/home`;
    assert.equal(data(await client.signIn.email({ email, password, callbackURL })).url, callbackURL);
  },
};
