// Signing in by a provider, as far as it goes without one.

import assert from "node:assert/strict";
import { press, seesProblem, seesSignIn, signUp, somebody } from "../steps.js";

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

function offer(page, list) {
  return page.route("**/providers", (route) => route.fulfill({ json: list }));
}
