// What every page owes to everybody, in both colour schemes and on the smallest screen.

import assert from "node:assert/strict";
import { expectAccessible } from "../accessibility.js";
import { open, operator, person } from "./steps.js";

export const scenarios = {
  "every page has names, structure and contrast, in light and dark and at 320 pixels": async (world) => {
    const target = await person("Yara", ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]);
    for (const options of looks) {
      const page = await operator(world, options);
      await expectAccessible(page);
      await page.goto(world.at("user?id=gone"));
      await expectAccessible(page);
      await open(page, target);
      await page.getByText("End all sessions…").click();
      await expectAccessible(page);
    }
  },

  "light and dark differ": async (world) => {
    const grounds = [];
    for (const colorScheme of ["light", "dark"]) {
      const page = await operator(world, { colorScheme });
      grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    assert.notEqual(grounds[0], grounds[1]);
  },

  "nothing is loaded but what a strict policy allows, and no script": async (world) => {
    const page = await operator(world);
    const policy = (await page.reload()).headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
    assert.equal(await page.locator("[style], style, script").count(), 0);
  },
};

const looks = [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", viewport: { width: 320, height: 640 } }];
