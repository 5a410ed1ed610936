// Signing in by a provider, as far as it goes without one.

import assert from "node:assert/strict";
import { confirm, password, press, seesProblem, seesSignIn, seesStatus, send, signUp, somebody } from "../steps.js";

export const scenarios = {
  "each provider of the server has a button, and its refusal is told in words": async (world) => {
    const page = await world.device();
    await offer(page, [{ id: "google", name: "Google" }]);
    let asked;
    await page.route("**/api/auth/sign-in/social", (route) => {
      asked = route.request().postDataJSON();
      return route.fulfill({ json: { url: `${world.server}/?error=access_denied`, redirect: true } });
    });
    await page.goto("/");
    await press(page, page.getByRole("button", { name: "Continue with Google" }));
    await seesProblem(page, "The sign-in was cancelled.");
    assert.equal(asked.provider, "google");
    assert.equal(new URL(page.url()).search, "");
  },

  "a provider that is not linked yet can be linked": async (world) => {
    const page = await world.device();
    await offer(page, [{ id: "google", name: "Google" }]);
    let asked;
    await page.route("**/api/auth/link-social", (route) => {
      asked = route.request().postDataJSON();
      return route.fulfill({ json: { url: `${world.server}/?error=account_already_linked_to_different_user`, redirect: true } });
    });
    await signUp(page, somebody("Gina"));
    await press(page, page.getByRole("button", { name: "Link Google" }));
    await seesProblem(page, "belongs to somebody else");
    assert.equal(asked.provider, "google");
  },

  "unlinking asks first, and for the password when the session is too old": async (world) => {
    const page = await world.device();
    await offer(page, [{ id: "google", name: "Google" }]);
    const accounts = [linked("credential"), linked("google")];
    await page.route("**/api/auth/list-accounts", (route) => route.fulfill({ json: accounts }));
    let tries = 0;
    await page.route("**/api/auth/unlink-account", (route) => {
      assert.deepEqual(route.request().postDataJSON(), { accountId: "row-of-google" });
      tries += 1;
      if (tries === 1) return route.fulfill({ status: 403, json: { code: "SESSION_NOT_FRESH", message: "Session is not fresh" } });
      accounts.pop();
      return route.fulfill({ json: { status: true } });
    });
    await signUp(page, somebody("Gero"));
    await page.getByRole("button", { name: "Unlink Google" }).click();
    await confirm(page, "Unlink");
    await page.getByRole("dialog", { name: "Sign in again" }).waitFor();
    await send(page, "sign-in-again-form", { Password: "not the password" });
    await seesProblem(page, "The e-mail address or the password is wrong.");
    await send(page, "sign-in-again-form", { Password: password });
    await seesStatus(page, "Google is unlinked.");
    assert.equal(tries, 2);
    assert.equal(await page.getByTestId("linked-account").count(), 1);
  },

  "a server without providers shows none": async (world) => {
    const page = await world.device();
    await page.route("**/providers", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto("/");
    await seesSignIn(page);
    await page.waitForLoadState("networkidle");
    assert.equal(await page.getByTestId("providers").isVisible(), false);
  },

  "an unknown error of the address is shown without trusting it": async (world) => {
    const page = await world.device();
    await page.goto(`/?error=${encodeURIComponent("<b>call 555</b>")}`);
    await seesProblem(page, "Something went wrong. Please try again.");
    assert.ok(!(await page.locator("body").textContent()).includes("555"));
    await page.goto("/?error=constructor");
    await seesProblem(page, "Something went wrong. Please try again. (constructor)");
  },
};

function linked(providerId) {
  const at = new Date().toISOString();
  return { id: `row-of-${providerId}`, providerId, accountId: "1", userId: "1", scopes: [], createdAt: at, updatedAt: at };
}

function offer(page, list) {
  return page.route("**/providers", (route) => route.fulfill({ json: list }));
}
