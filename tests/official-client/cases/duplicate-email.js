import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";

export default {
  "is refused, whatever its case": async (world) => {
    const { email, password } = await world.signedUp();
    for (const taken of [email, email.toUpperCase()]) {
      const browser = world.browser();
      const result = await browser.client.signUp.email({ name: "Eve", email: taken, password: "another password" });
      failed(result, 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
      assert.equal(result.error.message, "User already exists. Use another email.");
      assert.deepEqual(browser.last.setCookie, []);
    }
    data(await world.browser().client.signIn.email({ email, password }));
  },
};
