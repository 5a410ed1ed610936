import assert from "node:assert/strict";
import { data, redirected, redirectedWithError, refused } from "../lib/check.js";

export default {
  "the mail of sign-up leads back to /": async (world) => {
    const { browser, client, email } = await world.signedUp();
    const { url, token } = await world.outbox.next("verify-email", email);
    assert.equal(url, `${world.base}/verify-email?token=${token}&callbackURL=%2F`);
    redirected(await browser.visit(url), "/");
    assert.equal(data(await client.getSession()).user.emailVerified, true);
  },

  "the link leads to the callbackURL of sign-up, and signs nobody in": async (world) => {
    const { id: _, ...person } = world.person();
    data(await world.browser().client.signUp.email({ ...person, callbackURL: "/welcome?a=b" }));
    const browser = world.browser();
    redirected(await browser.visit((await world.outbox.next("verify-email", person.email)).url), "/welcome?a=b");
    assert.deepEqual(browser.last.setCookie, []);
    const { user } = data(await browser.client.signIn.email(person));
    assert.equal(user.emailVerified, true);
  },

  "answers with JSON without callbackURL, also the second time": async (world) => {
    const { email } = await world.signedUp();
    const { token } = await world.outbox.next("verify-email", email);
    for (const browser of [world.browser(), world.browser()]) {
      const { status, text } = await browser.raw("GET", `/verify-email?token=${token}`);
      assert.deepEqual([status, JSON.parse(text)], [200, { status: true, user: null }]);
    }
  },

  "the client follows it, too": async (world) => {
    const { client, email } = await world.signedUp();
    const { token } = await world.outbox.next("verify-email", email);
    assert.deepEqual(data(await client.verifyEmail({ query: { token } })), { status: true, user: null });
  },

  "refuses a bad token": async (world) => {
    const { email, browser, client } = await world.signedUp();
    const { token } = await world.outbox.next("verify-email", email);
    const [header, claims, signature] = token.split(".");
    const forged = `${header}.${claims}.${signature.split("").reverse().join("")}`;
    for (const bad of ["nonsense", forged]) {
      refused(await browser.raw("GET", `/verify-email?token=${bad}`), 401, "INVALID_TOKEN");
      const answer = await browser.raw("GET", `/verify-email?token=${bad}&callbackURL=%2Fwelcome%3Fa%3Db`);
      const query = redirectedWithError(answer, "/welcome", "INVALID_TOKEN");
      assert.equal(query.get("a"), "b");
    }
    refused(await browser.raw("GET", "/verify-email"), 400, "VALIDATION_ERROR");
    assert.equal(data(await client.getSession()).user.emailVerified, false);
  },
};
