// What every view owes to everybody, in both colour schemes and on the smallest screen.

import assert from "node:assert/strict";
import { expectAccessible } from "../accessibility.js";
import { seesDevices, signIn, signUp, somebody } from "../steps.js";

export const scenarios = {
  "every view has names, structure and contrast": async (world) => {
    for (const options of looks) {
      const page = await world.device(options);
      for (const path of ["/", "/?view=sign-up", "/?view=forgot", "/?view=reset", "/?token=any", "/?error=access_denied"]) {
        await page.goto(path);
        await page.locator("h1").waitFor();
        await expectAccessible(page);
      }
    }
  },

  "the account has names, structure and contrast": async (world) => {
    const person = somebody("Emma");
    await signUp(await world.device(), person);
    for (const options of looks) {
      const page = await world.device(options);
      await signIn(page, person);
      await page.getByTestId("device").first().waitFor();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Delete account…" }).click();
      await page.getByRole("dialog").waitFor();
      await expectAccessible(page);
    }
    const page = await world.device();
    await signIn(page, person);
    await seesDevices(page, looks.length + 2);
  },

  "nothing is loaded but what a strict policy allows": async (world) => {
    const page = await world.device();
    const policy = (await page.goto("/")).headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(await page.locator("[style], style, script:not([src])").count(), 0);
  },
};

const small = { width: 320, height: 640 };
const looks = [
  { colorScheme: "light" },
  { colorScheme: "dark", reducedMotion: "reduce" },
  { colorScheme: "light", viewport: small },
];
