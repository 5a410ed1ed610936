import assert from "node:assert/strict";
import { data, keys, redirected } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";
import { arrived, authorizationUrl, signIn } from "../lib/social.js";

const PROVIDER = { provider: "mock-oauth" };

export default {
  "starts with the provider's URL and a cookie": async (world) => {
    const browser = world.browser();
    data(await browser.client.signIn.social({ ...PROVIDER, callbackURL: "/after" }));
    const body = JSON.parse(browser.last.text);
    keys(body, ["redirect", "url"]);
    assert.equal(body.redirect, true);
    assert.equal(browser.last.headers.location, body.url);
    const { code_challenge: challenge, state, ...rest } = Object.fromEntries(new URL(body.url).searchParams);
    assert.match(challenge, /^[A-Za-z0-9_-]{43}$/);
    assert.match(state, /^[A-Za-z0-9_-]{32}$/);
    assert.deepEqual(rest, {
      client_id: "client",
      code_challenge_method: "S256",
      redirect_uri: `${world.base}/callback/mock-oauth`,
      response_type: "code",
      scope: "email",
    });
    const { value, attributes } = browser.received("better-auth.state");
    assert.equal(decodeURIComponent(value).split(".")[0], state);
    assert.deepEqual(attributes, { "max-age": "300", path: "/", httponly: true, samesite: "Lax" });
  },

  "with disableRedirect only tells the URL": async (world) => {
    const browser = world.browser();
    const { redirect } = data(await browser.client.signIn.social({ ...PROVIDER, disableRedirect: true }));
    assert.equal(redirect, false);
    assert.equal(browser.last.headers.location, undefined);
  },

  "hands scopes, login hint and more on": async (world) => {
    const more = { scopes: ["calendar"], loginHint: "ada@example.com", additionalParams: { prompt: "consent" } };
    const query = new URL(await authorizationUrl(world.browser(), { ...PROVIDER, ...more })).searchParams;
    assert.deepEqual(query.get("scope").split(" ").sort(), ["calendar", "email"]);
    assert.deepEqual([query.get("login_hint"), query.get("prompt")], ["ada@example.com", "consent"]);
  },

  "makes a new user": async (world) => {
    const person = { ...world.person(), email_verified: true, image: "https://example.com/a.png" };
    const browser = world.browser();
    const answer = await signIn(world, browser, { ...person, email: person.email.toUpperCase() }, PROVIDER);
    redirected(answer, "/after");
    assert.equal(browser.received(SESSION_COOKIE).attributes["max-age"], "604800");
    assert.equal(browser.received("better-auth.state").attributes["max-age"], "0");
    const { user } = data(await browser.client.getSession());
    const { name, email, emailVerified, image } = user;
    assert.deepEqual({ name, email, emailVerified, image }, {
      name: person.name,
      email: person.email,
      emailVerified: true,
      image: person.image,
    });
  },

  "knows them the second time": async (world) => {
    const first = await arrived(world, "mock-oauth");
    const browser = world.browser();
    const places = { ...PROVIDER, newUserCallbackURL: "/welcome" };
    redirected(await signIn(world, browser, { ...first, email_verified: true }, places), "/after");
    const { user, session } = data(await browser.client.getSession());
    assert.equal(user.id, first.user.id);
    assert.notEqual(session.token, first.session.token);
    assert.equal(data(await browser.client.listAccounts()).length, 1);
  },

  "takes over new tokens the second time, but not their scopes": async (world) => {
    const { browser, client, account, ...first } = await arrived(world, "mock-oauth");
    const before = data(await client.getAccessToken({ accountId: account.id }));
    await signIn(world, browser, { ...first, email_verified: true }, { ...PROVIDER, scopes: ["calendar"] });
    const after = data(await client.getAccessToken({ accountId: account.id }));
    assert.notEqual(after.accessToken, before.accessToken);
    assert.deepEqual(after.scopes, before.scopes);
  },

  "sends new users to newUserCallbackURL": async (world) => {
    const places = { ...PROVIDER, newUserCallbackURL: "/welcome" };
    redirected(await signIn(world, world.browser(), { ...world.person(), email_verified: true }, places), "/welcome");
  },

  "goes to the base URL without callbackURL": async (world) => {
    const answer = await signIn(world, world.browser(), world.person(), { ...PROVIDER, callbackURL: undefined });
    redirected(answer, world.origin);
  },

  "mails whom the provider has not verified": async (world) => {
    const person = world.person();
    const browser = world.browser();
    redirected(await signIn(world, browser, { ...person, email_verified: false }, PROVIDER), "/after");
    const { url } = await world.outbox.next("verify-email", person.email);
    redirected(await browser.visit(url), "/after");
    assert.equal(data(await browser.client.getSession()).user.emailVerified, true);
  },
};
