import assert from "node:assert/strict";
import { data, redirected, redirectedWithError } from "../lib/check.js";
import { authorizationUrl, callbackFrom } from "../lib/social.js";

const PROVIDER = { provider: "mock-oauth" };

export default {
  "of another browser is refused": async (world) => {
    const callback = await startedBy(world, world.browser(), PROVIDER);
    const victim = world.browser();
    redirectedWithError(await victim.visit(callback), world.errorPage, "state_mismatch");
    assert.equal(data(await victim.client.getSession()), null);
    const other = world.browser();
    await authorizationUrl(other, PROVIDER);
    redirectedWithError(await other.visit(callback), world.errorPage, "state_mismatch");
  },

  "of another browser is refused at errorCallbackURL": async (world) => {
    const callback = await startedBy(world, world.browser(), { ...PROVIDER, errorCallbackURL: "/oops" });
    redirectedWithError(await world.browser().visit(callback), "/oops", "state_mismatch");
  },

  "works once": async (world) => {
    const browser = world.browser();
    const callback = await startedBy(world, browser, PROVIDER);
    const state = browser.cookies.get("better-auth.state");
    redirected(await browser.visit(callback), "/after");
    browser.cookies.set("better-auth.state", state);
    redirectedWithError(await browser.visit(callback), world.errorPage, "state_mismatch");
  },

  "missing or unknown is refused": async (world) => {
    const browser = world.browser();
    const callback = (query) => browser.raw("GET", `/callback/mock-oauth?${query}`);
    redirectedWithError(await callback("code=x"), world.errorPage, "state_not_found");
    redirectedWithError(await callback("code=x&state=y"), world.errorPage, "state_mismatch");
  },

  "comes by POST, too: by a redirect to GET": async (world) => {
    const browser = world.browser();
    const callback = new URL(await startedBy(world, browser, PROVIDER));
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: world.origin };
    const body = callback.search.slice(1);
    const answer = await browser.raw("POST", "/callback/mock-oauth", { body, headers });
    assert.equal(answer.status, 302, answer.text);
    const location = new URL(answer.headers.location);
    assert.equal(location.origin + location.pathname, `${world.base}/callback/mock-oauth`);
    redirected(await browser.visit(location), "/after");
  },
};

async function startedBy(world, browser, options) {
  world.provider.next({ ...world.person(), email_verified: true });
  return callbackFrom(await authorizationUrl(browser, options));
}
