import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { request } from "../lib/http.js";
import { callbackFrom } from "../lib/social.js";

const VERIFIER = "v".repeat(64);
const CALLBACK = "http://127.0.0.1:9/callback";

// What the other cases take for granted: the provider would have refused a server that does it wrong.
export default {
  "takes a code once": async (world) => {
    const code = await codeOf(world);
    assert.equal((await exchange(world, { code })).status, 200);
    assert.equal((await exchange(world, { code })).status, 400);
  },

  "takes neither another verifier, redirect URI, client nor secret": async (world) => {
    const wrong = [
      [{ code_verifier: "w".repeat(64) }, 400],
      [{ code_verifier: "" }, 400],
      [{ redirect_uri: `${CALLBACK}/more` }, 400],
      [{ client_id: "another" }, 401],
      [{ client_secret: "guess" }, 401],
    ];
    for (const [change, status] of wrong)
      assert.equal((await exchange(world, { code: await codeOf(world), ...change })).status, status);
  },

  "asks for S256": async (world) => {
    const { status } = await request(authorizationUrl(world, { code_challenge_method: "plain" }));
    assert.equal(status, 400);
  },
};

async function codeOf(world) {
  world.provider.next(world.person());
  return new URL(await callbackFrom(authorizationUrl(world))).searchParams.get("code");
}

function authorizationUrl(world, change) {
  const url = new URL("/oauth/authorize", world.provider.issuer);
  const query = {
    client_id: "client",
    response_type: "code",
    state: "state",
    redirect_uri: CALLBACK,
    code_challenge_method: "S256",
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    ...change,
  };
  url.search = new URLSearchParams(query);
  return url;
}

function exchange(world, form) {
  const own = { client_id: "client", client_secret: "secret", redirect_uri: CALLBACK, code_verifier: VERIFIER };
  const body = new URLSearchParams({ grant_type: "authorization_code", ...own, ...form }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return request(new URL("/oauth/token", world.provider.issuer), { method: "POST", body, headers });
}
