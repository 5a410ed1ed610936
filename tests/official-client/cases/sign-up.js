import assert from "node:assert/strict";
import { data, keys, USER_KEYS } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "answers with the user and a token": async (world) => {
    const { name, email, password } = world.person();
    const { client, last } = await signUp(world, { name, email: email.toUpperCase(), password });
    assert.equal(last.status, 200);
    const body = JSON.parse(last.text);
    keys(body, ["token", "user"]);
    keys(body.user, USER_KEYS);
    assert.match(body.token, /^[A-Za-z0-9]{32}$/);
    assert.match(body.user.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { id, createdAt: _, updatedAt: __, ...rest } = body.user;
    assert.equal(typeof id, "string");
    assert.deepEqual(rest, { name, email, emailVerified: false, image: null });
    assert.equal(data(await client.getSession()).user.id, id);
  },

  "keeps the picture": async (world) => {
    const { id: _, ...person } = world.person();
    const browser = await signUp(world, { ...person, image: "https://example.com/a.png" });
    assert.equal(JSON.parse(browser.last.text).user.image, "https://example.com/a.png");
  },

  "sets the session cookie": async (world) => {
    const { id: _, ...person } = world.person();
    const browser = await signUp(world, person);
    assert.equal(browser.last.setCookie.length, 1);
    const { value, attributes } = browser.received(SESSION_COOKIE);
    assert.deepEqual(attributes, { "max-age": "604800", path: "/", httponly: true, samesite: "Lax" });
    const [token, signature] = decodeURIComponent(value).split(".");
    assert.equal(token, JSON.parse(browser.last.text).token);
    assert.match(signature, /^[A-Za-z0-9+/]{43}=$/);
  },

  "sets a cookie for this visit alone with rememberMe false": async (world) => {
    const { id: _, ...person } = world.person();
    const browser = await signUp(world, { ...person, rememberMe: false });
    assert.deepEqual(browser.received(SESSION_COOKIE).attributes, { path: "/", httponly: true, samesite: "Lax" });
    assert.ok(browser.received("better-auth.dont_remember"));
  },
};

async function signUp(world, body) {
  const browser = world.browser();
  data(await browser.client.signUp.email(body));
  return browser;
}
