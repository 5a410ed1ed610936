// Other sites in the operator's browser.

import assert from "node:assert/strict";
import { isSignedIn, open, operator, person, sessionsOf } from "./steps.js";

export const scenarios = {
  "a name of somebody else's that leads here is refused": async (world) => {
    const page = await entered(world);
    const rebound = world.at("users").replace("127.0.0.1", "evil.example");
    const answer = await page.goto(rebound);
    assert.equal(answer.status(), 421);
    await page.getByRole("alert").filter({ hasText: "this name is not the console's" }).waitFor();
  },

  "a form of another page ends nothing, even with the right token": async (world) => {
    const target = await person("Vera");
    const page = await entered(world);
    await open(page, target);
    const form = await page.locator('form[action="revoke-all"]').evaluate((form) => Object.fromEntries(new FormData(form)));
    for (const origin of [...otherSites]) {
      await page.route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: forged(world.at("revoke-all"), form) }));
      await page.goto(`${origin}/`);
      const [answer] = await Promise.all([page.waitForResponse(world.at("revoke-all")), page.getByRole("button").click()]);
      assert.equal(answer.status(), 403, origin);
    }
    assert.ok(await isSignedIn(target.tokens[0]), "the session is still there");
  },

  "another page can neither read nor frame the console": async (world) => {
    const page = await entered(world);
    for (const origin of otherSites) {
      await page.route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Elsewhere</h1>" }));
      await page.goto(`${origin}/`);
      for (const name of ["users", "style.css"]) {
        const modes = await page.evaluate(read, world.at(name));
        assert.deepEqual(modes, ["refused", "refused"], `${origin} reads ${name}`);
      }
      await page.evaluate(frame, world.at("users"));
      assert.match(page.frames().at(-1).url(), /^chrome-error:/, `${origin} frames the console`);
    }
  },

  "a form without the cookie ends nothing": async (world) => {
    const target = await person("Viola", ["Late/1.0"]);
    const page = await operator(world);
    await open(page, target);
    await page.context().clearCookies();
    const [answer] = await Promise.all([page.waitForResponse(world.at("revoke")), sessionsOf(page).first().getByRole("button").click()]);
    assert.equal(answer.status(), 403);
    assert.deepEqual(await Promise.all(target.tokens.map(isSignedIn)), [true, true]);
  },
};

/** A device with other sites that is let in as the first one was. */
async function entered(world) {
  const watched = await operator(world);
  const page = await world.elsewhere();
  await page.context().addCookies(await watched.context().cookies(world.at("users")));
  await page.goto(world.at("users"));
  return page;
}

function forged(action, values) {
  const fields = Object.entries(values).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${fields.join("")}<button>Win</button></form>`;
}

/** Runs in the page: whether another origin's answer can be read, with its permission or blindly. */
function read(address) {
  const ask = (mode) => fetch(address, { mode, credentials: "include" });
  return Promise.all(["cors", "no-cors"].map((mode) => ask(mode).then(() => "read", () => "refused")));
}

/** Runs in the page. */
function frame(address) {
  const frame = Object.assign(document.createElement("iframe"), { src: address });
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  return loaded;
}

/** The second is the same site for a browser, which shows it cookies of 127.0.0.1. */
const otherSites = ["http://evil.example", "http://127.0.0.1:65535"];
