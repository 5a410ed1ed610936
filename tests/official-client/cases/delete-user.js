import assert from "node:assert/strict";
import { data, failed, redirected, refused } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

const MAILED = { success: true, message: "Verification email sent" };
const DELETED = { success: true, message: "User deleted" };

export default {
  "by the mailed link": async (world) => {
    const someone = await world.signedUp();
    const second = await world.signedInAgain(someone);
    const { browser, client, email } = someone;
    assert.deepEqual(data(await client.deleteUser({ callbackURL: "/bye" })), MAILED);
    const { url, token } = await world.outbox.next("delete-account", email);
    assert.equal(url, `${world.base}/delete-user/callback?token=${token}&callbackURL=%2Fbye`);
    redirected(await browser.visit(url), "/bye");
    assert.equal(browser.received(SESSION_COOKIE).attributes["max-age"], "0");
    assert.equal(data(await second.client.getSession()), null);
    await isGone(world, someone);
  },

  "by the link without callbackURL": async (world) => {
    const someone = await world.signedUp();
    data(await someone.client.deleteUser());
    const { token } = await world.outbox.next("delete-account", someone.email);
    const { status, text } = await someone.browser.raw("GET", `/delete-user/callback?token=${token}`);
    assert.deepEqual([status, JSON.parse(text)], [200, DELETED]);
    await isGone(world, someone);
  },

  "by the mailed token": async (world) => {
    const someone = await world.signedUp();
    data(await someone.client.deleteUser());
    const { token } = await world.outbox.next("delete-account", someone.email);
    assert.deepEqual(data(await someone.client.deleteUser({ token })), DELETED);
    assert.equal(someone.browser.received(SESSION_COOKIE).attributes["max-age"], "0");
    await isGone(world, someone);
  },

  "with a password: checked first, and the mail is still asked for": async (world) => {
    const someone = await world.signedUp();
    const { client, email, password } = someone;
    failed(await client.deleteUser({ password: `${password}!` }), 400, "INVALID_PASSWORD");
    assert.deepEqual(data(await client.deleteUser({ password })), MAILED);
    const { token } = await world.outbox.next("delete-account", email);
    failed(await client.deleteUser({ password: `${password}!`, token }), 400, "INVALID_PASSWORD");
    assert.deepEqual(data(await client.deleteUser({ password, token })), DELETED);
    assert.equal(world.outbox.count("delete-account", email), 1);
    await isGone(world, someone);
  },

  "a link is of no use to others": async (world) => {
    const someone = await world.signedUp();
    const other = await world.signedUp();
    data(await someone.client.deleteUser());
    const { token } = await world.outbox.next("delete-account", someone.email);
    const path = `/delete-user/callback?token=${token}`;
    refused(await world.browser().raw("GET", path), 404, "FAILED_TO_GET_USER_INFO");
    refused(await other.browser.raw("GET", path), 404, "INVALID_TOKEN");
    failed(await someone.client.deleteUser({ token: "unknown" }), 404, "INVALID_TOKEN");
    for (const { client, email } of [someone, other]) assert.equal(data(await client.getSession()).user.email, email);
  },

  "asks for a session": async (world) => {
    failed(await world.browser().client.deleteUser(), 401, "UNAUTHORIZED");
  },
};

/** Neither signed in nor able to sign in, and the address is free again. */
async function isGone(world, { client, name, email, password }) {
  assert.equal(data(await client.getSession()), null);
  const browser = world.browser();
  failed(await browser.client.signIn.email({ email, password }), 401, "INVALID_EMAIL_OR_PASSWORD");
  data(await browser.client.signUp.email({ name, email, password }));
}
