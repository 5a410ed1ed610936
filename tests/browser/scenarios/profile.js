// Name and picture.

import assert from "node:assert/strict";
import { seesStatus, send, signUp, somebody } from "../steps.js";

export const scenarios = {
  "a changed name is shown at once and after loading anew": async (world) => {
    const page = await world.device();
    await signUp(page, somebody("Lena"));
    await send(page, "profile-form", { Name: "Lena Renamed" });
    await seesStatus(page, "Saved.");
    await page.getByTestId("user-name").filter({ hasText: "Lena Renamed" }).waitFor();
    await page.reload();
    await page.getByTestId("user-name").filter({ hasText: "Lena Renamed" }).waitFor();
  },

  "markup in a name stays text": async (world) => {
    const page = await world.device();
    await signUp(page, somebody("Luca"));
    const name = "<img src=x onerror=alert(1)> & <b>bold</b>";
    await send(page, "profile-form", { Name: name });
    await page.getByTestId("user-name").filter({ hasText: "bold" }).waitFor();
    assert.equal(await page.getByTestId("user-name").textContent(), name);
    assert.equal(await page.getByTestId("user-name").locator("*").count(), 0);
  },

  "a password is listed as a linked account that cannot be unlinked alone": async (world) => {
    const page = await world.device();
    await signUp(page, somebody("Lotte"));
    const account = page.getByTestId("linked-account");
    await account.waitFor();
    assert.match(await account.textContent(), /^Password/);
    assert.equal(await account.getByRole("button").count(), 0);
  },
};
