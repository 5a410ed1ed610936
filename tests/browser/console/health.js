// How the database is: findings, charts, statements.

import assert from "node:assert/strict";
import { expectAccessible } from "../accessibility.js";
import { auth, unwell } from "./process.js";
import { operator, seesHeading } from "./steps.js";

export const scenarios = {
  "the database is examined when somebody asks, and the findings are shown": async (world) => {
    const page = await operator(world);
    await page.getByLabel("Pages", { exact: true }).getByRole("link", { name: "Health" }).click();
    await seesHeading(page, "Health");
    await page.getByRole("button", { name: "Examine the database" }).click();
    await page.getByRole("heading", { name: "Findings" }).waitFor();
    const report = await auth("doctor", ...unwell);
    const told = await page.locator("h3 code").allTextContents();
    assert.ok(report.findings.length > 0 && told.length > 0, "there is something to tell");
    for (const { code } of report.findings) assert.ok(told.includes(code), code);
    await seesBars(page, "Rows");
  },

  "uses of indexes and slow statements are drawn, or it is said why not": async (world) => {
    const page = await operator(world);
    const report = await auth("doctor", ...unwell);
    const counts = report.database.indexes.some((index) => index.uses !== null);
    for (const [name, title, isTold] of [
      ["Indexes", /^Uses of indexes/, counts],
      ["Statements", /^Statements/, (report.database.statements ?? []).length > 0],
    ]) {
      await page.getByLabel("Pages", { exact: true }).getByRole("link", { name }).click();
      await seesHeading(page, name);
      if (isTold) await seesBars(page, title);
      else await page.getByText(/The engine does not tell of this|Nothing has been counted yet/).waitFor();
    }
    await page.goto(world.at("indexes"));
    const rows = await page.getByRole("table").getByRole("row").count();
    assert.equal(rows, report.database.indexes.length + 1);
  },

  "health, indexes and statements have names, structure and contrast": async (world) => {
    for (const options of looks) {
      const page = await operator(world, options);
      for (const name of ["health", "indexes", "statements"]) {
        await page.goto(world.at(name));
        await page.getByText(/^Examined at/).waitFor();
        await expectAccessible(page);
      }
    }
  },

  "the keyboard alone asks for a new examination": async (world) => {
    const page = await operator(world);
    await page.goto(world.at("indexes"));
    const before = await page.locator("time").first().getAttribute("datetime");
    await page.getByRole("button", { name: "Examine the database" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((before) => document.querySelector("time")?.getAttribute("datetime") !== before, before);
    await seesHeading(page, "Indexes");
  },
};

async function seesBars(page, title) {
  const widths = await page.getByRole("img", { name: title }).locator("rect").evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
  assert.ok(widths.some((width) => width > 0), `bars of ${title}`);
}

const looks = [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", viewport: { width: 320, height: 640 } }];
