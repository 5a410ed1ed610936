import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";

export default {
  "is tried again: nobody is turned away for good": async (world) => {
    const { client } = world.browser();
    const attempt = () => client.signIn.social({ provider: "mock-oidc", callbackURL: "/after" });
    let result = await attempt();
    for (let more = 3; result.error && more > 0; more -= 1) {
      failed(result, 404, "PROVIDER_NOT_FOUND");
      result = await attempt();
    }
    assert.ok(data(result).url.startsWith(`${world.provider.issuer}/authorize?`));
  },
};
