// Users: lists, search, details, the end of sessions.

import assert from "node:assert/strict";
import { tabTo } from "../steps.js";
import { auth } from "./process.js";
import { isSignedIn, open, operator, person, seesHeading, sessionsOf } from "./steps.js";

export const scenarios = {
  "somebody is found by words, and shown with accounts and sessions": async (world) => {
    const target = await person("Wanda Search", ["Phone/2.0", "Laptop/3.0"]);
    const page = await operator(world);
    await page.getByLabel("Words of name or address").fill(`wanda ${target.email}`);
    await page.getByLabel("Address", { exact: true }).selectOption("not verified");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("table").getByRole("link", { name: "Wanda Search" }).waitFor();
    await open(page, target);
    assert.equal(await sessionsOf(page).count(), 3);
    const text = await page.getByRole("main").textContent();
    for (const shown of [target.email, "credential", "Has password", "Phone/2.0", "Laptop/3.0", "Expires at"]) assert.ok(text.includes(shown), shown);
    for (const token of target.tokens) {
      const secret = decodeURIComponent(token.split("=")[1]).split(".")[0];
      assert.ok(!(await page.content()).includes(secret), "no token is shown");
    }
    await page.getByLabel("Pages", { exact: true }).getByRole("link", { name: "Users" }).click();
    await page.getByLabel("Words of name or address").fill("nobody has this name");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("No users.").waitFor();
  },

  "one session ends, then all": async (world) => {
    const target = await person("Wilma", ["Phone/2.0", "Laptop/3.0"]);
    const page = await operator(world);
    await open(page, target);
    await sessionsOf(page).filter({ hasText: "Phone/2.0" }).getByRole("button").click();
    await page.getByRole("status").filter({ hasText: "1 session ended." }).waitFor();
    assert.equal(await sessionsOf(page).count(), 2);
    assert.deepEqual(await Promise.all(target.tokens.map(isSignedIn)), [true, false, true]);
    assert.equal((await auth("session", "list", "--user", target.email)).sessions.length, 2, "the row is gone");
    await page.reload();
    assert.equal(await sessionsOf(page).count(), 2, "loading anew ends nothing");
    await page.getByText("End all sessions…").click();
    await page.getByRole("button", { name: "End all sessions" }).click();
    await page.getByRole("status").filter({ hasText: "2 sessions ended." }).waitFor();
    await page.getByText("No sessions that have not expired.").waitFor();
    assert.deepEqual(await Promise.all(target.tokens.map(isSignedIn)), [false, false, false]);
    assert.deepEqual((await auth("session", "list", "--user", target.email)).sessions, []);
  },

  "markup in a name stays text": async (world) => {
    const name = "<img src=x onerror=alert(1)> & <b>bold</b>";
    const target = await person(name);
    const page = await operator(world);
    await open(page, target);
    assert.equal(await page.locator("main img, main b").count(), 0);
  },

  "the list goes on page by page": async (world) => {
    for (let made = 0; made < 51; made += 10) {
      const some = Array.from({ length: 10 }, (_, index) => `crowd-${Date.now()}-${made + index}@example.com`);
      await Promise.all(some.map((email) => auth("user", "create", "--email", email, "--name", "Crowd", "--no-password")));
    }
    const page = await operator(world);
    const rows = page.getByRole("table").getByRole("link");
    const seen = await rows.evaluateAll((links) => links.map((link) => link.href));
    assert.equal(seen.length, 50);
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByRole("link", { name: "First page" }).waitFor();
    const more = await rows.evaluateAll((links) => links.map((link) => link.href));
    assert.ok(more.length > 0 && more.every((link) => !seen.includes(link)), "nobody comes twice");
    await page.goBack();
    await page.getByRole("link", { name: "Next page" }).waitFor();
  },

  "the keyboard alone finds somebody and ends a session": async (world) => {
    const target = await person("Xenia", ["Phone/2.0"]);
    const page = await operator(world);
    await tabTo(page, () => document.activeElement.getAttribute("type") === "search");
    await page.keyboard.type(target.email);
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=/);
    await tabTo(page, () => document.activeElement.textContent === "Xenia");
    await page.keyboard.press("Enter");
    await seesHeading(page, "Xenia");
    await tabTo(page, () => document.activeElement.textContent.startsWith("End session "));
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "1 session ended." }).waitFor();
    await tabTo(page, () => document.activeElement.textContent === "End all sessions…");
    await page.keyboard.press("Enter");
    await tabTo(page, () => document.activeElement.textContent === "End all sessions");
    await page.keyboard.press("Enter");
    await page.getByText("No sessions that have not expired.").waitFor();
    assert.deepEqual(await Promise.all(target.tokens.map(isSignedIn)), [false, false]);
  },

  "somebody who is gone is told in words": async (world) => {
    const page = await operator(world);
    assert.equal((await page.goto(world.at("user?id=gone"))).status(), 404);
    await page.getByRole("alert").filter({ hasText: "no user has this id" }).waitFor();
    await page.getByRole("link", { name: "Users" }).click();
    await seesHeading(page, "Users");
  },
};
