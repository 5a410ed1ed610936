import assert from "node:assert/strict";
import { data, failed, keys, USER_KEYS } from "../lib/check.js";

const NEW = "a new and longer password";

export default {
  "changes it and leaves the sessions": async (world) => {
    const first = await world.signedUp();
    const second = await world.signedInAgain(first);
    data(await first.client.changePassword({ currentPassword: first.password, newPassword: NEW }));
    const body = JSON.parse(first.browser.last.text);
    keys(body, ["token", "user"]);
    keys(body.user, USER_KEYS);
    assert.equal(body.token, null);
    assert.equal(data(await second.client.getSession()).session.token, second.token);
    await opensOnlyWith(world, first, NEW);
  },

  "with revokeOtherSessions gives a new session and ends all others": async (world) => {
    const first = await world.signedUp();
    const second = await world.signedInAgain(first);
    const change = { currentPassword: first.password, newPassword: NEW, revokeOtherSessions: true };
    const { token } = data(await first.client.changePassword(change));
    assert.notEqual(token, first.token);
    assert.equal(data(await second.client.getSession()), null);
    assert.deepEqual(data(await first.client.listSessions()).map((session) => session.token), [token]);
    await opensOnlyWith(world, first, NEW);
  },

  "refuses a wrong, a short and a long one": async (world) => {
    const { client, password: currentPassword } = await world.signedUp();
    const attempt = (change) => client.changePassword({ currentPassword, newPassword: NEW, ...change });
    failed(await attempt({ currentPassword: "not the password" }), 400, "INVALID_PASSWORD");
    failed(await attempt({ newPassword: "short" }), 400, "PASSWORD_TOO_SHORT");
    failed(await attempt({ newPassword: "x".repeat(129) }), 400, "PASSWORD_TOO_LONG");
    failed(await world.browser().client.changePassword({ currentPassword, newPassword: NEW }), 401, "UNAUTHORIZED");
  },
};

async function opensOnlyWith(world, { email, password }, newPassword) {
  const { client } = world.browser();
  failed(await client.signIn.email({ email, password }), 401, "INVALID_EMAIL_OR_PASSWORD");
  data(await client.signIn.email({ email, password: newPassword }));
}
