// Who is let in.

import assert from "node:assert/strict";
import { operator, seesHeading } from "./steps.js";

export const scenarios = {
  "nobody is let in without the cookie": async (world) => {
    const page = await world.device();
    for (const name of ["users", "user?id=1", "health", "statements", "indexes"]) {
      assert.equal((await page.goto(world.at(name))).status(), 403, name);
      await page.getByRole("alert").filter({ hasText: "this browser was not let in" }).waitFor();
    }
    assert.equal((await page.goto(world.at("enter?token=guessed"))).status(), 403);
  },

  "the printed address lets one browser in, once": async (world) => {
    const first = await operator(world);
    assert.equal(new URL(first.url()).search, "", "the token does not stay in the address");
    const [cookie] = await first.context().cookies(world.at("users"));
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", new URL(".", world.entry).pathname]);
    assert.equal(await first.evaluate(() => document.cookie), "");
    const second = await world.device();
    assert.equal((await second.goto(world.entry)).status(), 403, "the second use");
    await second.getByRole("alert").filter({ hasText: "it works once" }).waitFor();
    assert.deepEqual(await second.context().cookies(world.at("users")), []);
    assert.equal((await second.goto(world.at("users"))).status(), 403);
    await first.reload();
    await seesHeading(first, "Users");
  },
};
