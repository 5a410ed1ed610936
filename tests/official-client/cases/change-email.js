import assert from "node:assert/strict";
import { data, failed, redirected, redirectedWithError } from "../lib/check.js";

export default {
  "verified: confirmed at the old address, then at the new one": async (world) => {
    const { browser, client, email } = await world.verified();
    const newEmail = world.person().email;
    assert.deepEqual(data(await client.changeEmail({ newEmail, callbackURL: "/changed" })), { status: true });
    const confirmation = await world.outbox.next("change-email", email);
    assert.equal(confirmation.newEmail, newEmail);
    redirected(await browser.visit(confirmation.url), "/changed");
    assert.equal(data(await client.getSession()).user.email, email);
    redirected(await browser.visit((await world.outbox.next("verify-email", newEmail)).url), "/changed");
    const { user } = data(await client.getSession());
    assert.deepEqual([user.email, user.emailVerified], [newEmail, true]);
  },

  "the links work without callbackURL and without a session": async (world) => {
    const { client, email, user } = await world.verified();
    const newEmail = world.person().email;
    data(await client.changeEmail({ newEmail }));
    const confirm = (await world.outbox.next("change-email", email)).token;
    assert.deepEqual(await answerTo(world, confirm), { status: true });
    const verify = (await world.outbox.next("verify-email", newEmail)).token;
    const { status, user: changed } = await answerTo(world, verify);
    assert.deepEqual([status, changed.id, changed.email], [true, user.id, newEmail]);
  },

  "unverified: straight to the new address, which stays unverified": async (world) => {
    const { browser, client, email, password } = await world.signedUp();
    const newEmail = world.person().email;
    data(await client.changeEmail({ newEmail: newEmail.toUpperCase() }));
    redirected(await browser.visit((await world.outbox.next("verify-email", newEmail)).url), "/");
    assert.equal(world.outbox.count("change-email", email), 0);
    const { user } = data(await world.browser().client.signIn.email({ email: newEmail, password }));
    assert.equal(user.emailVerified, false);
  },

  "a link is of no use to another person, nor a second time": async (world) => {
    const { browser, client, email } = await world.verified();
    const other = await world.verified();
    data(await client.changeEmail({ newEmail: world.person().email, callbackURL: "/changed" }));
    const { url } = await world.outbox.next("change-email", email);
    redirectedWithError(await other.browser.visit(url), "/changed", "INVALID_USER");
    const taken = await changedOnce(world, { browser, client, email });
    redirectedWithError(await browser.visit(taken), "/changed", "INVALID_TOKEN");
  },

  "an address in use is answered alike, without a mail": async (world) => {
    const { client, email } = await world.verified();
    const other = await world.verified();
    assert.deepEqual(data(await client.changeEmail({ newEmail: other.email })), { status: true });
    data(await client.changeEmail({ newEmail: world.person().email }));
    await world.outbox.next("change-email", email);
    assert.equal(world.outbox.count("change-email", email), 1);
  },

  "refuses the same address and what is none": async (world) => {
    const { client, email } = await world.verified();
    const same = await client.changeEmail({ newEmail: email });
    failed(same, 400, undefined);
    assert.equal(same.error.message, "Email is the same");
    failed(await client.changeEmail({ newEmail: "nobody" }), 400, "VALIDATION_ERROR");
    failed(await world.browser().client.changeEmail({ newEmail: world.person().email }), 401, "UNAUTHORIZED");
  },
};

async function answerTo(world, token) {
  const { status, text } = await world.browser().raw("GET", `/verify-email?token=${token}`);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

/** Changes the address by both links; the second of them. */
async function changedOnce(world, { browser, client, email }) {
  const newEmail = world.person().email;
  data(await client.changeEmail({ newEmail, callbackURL: "/changed" }));
  redirected(await browser.visit((await world.outbox.next("change-email", email)).url), "/changed");
  const { url } = await world.outbox.next("verify-email", newEmail);
  redirected(await browser.visit(url), "/changed");
  return url;
}
