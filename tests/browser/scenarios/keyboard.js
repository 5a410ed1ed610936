// The keyboard alone.

import assert from "node:assert/strict";
import { password, seesAccount, seesDevices, seesSignIn, signIn, signOut, signUp, somebody, tabTo } from "../steps.js";

export const scenarios = {
  "somebody signs in and out with the keyboard alone": async (world) => {
    const page = await world.device();
    const person = somebody("Kim");
    await signUp(page, person);
    await signOut(page);
    await page.goto("/");
    await seesSignIn(page);
    await tabTo(page, () => document.activeElement.getAttribute("autocomplete") === "username");
    await page.keyboard.type(person.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await seesAccount(page, person);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "the focus is on the new view");
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign out");
    await page.keyboard.press("Enter");
    await seesSignIn(page);
  },

  "a dialog keeps the focus and gives it back": async (world) => {
    const page = await world.device();
    const person = somebody("Kaya");
    await signUp(page, person);
    await signIn(await world.device(), person);
    await page.reload();
    await seesDevices(page, 2);
    await tabTo(page, () => document.activeElement.textContent === "Sign out all other devices");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Cancel");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign out all other devices");
    await page.keyboard.press("Enter");
    await tabTo(page, () => document.activeElement.textContent === "Sign out others");
    await page.keyboard.press("Enter");
    await seesDevices(page, 1);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Devices");
  },

  "the browser's back button goes through the views": async (world) => {
    const page = await world.device();
    await page.goto("/");
    await page.getByRole("link", { name: "Create an account" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Create an account" }).waitFor();
    await page.goBack();
    await seesSignIn(page);
  },
};
