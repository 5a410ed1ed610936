// Id tokens: RS256 under the provider's key.

import { createPublicKey, sign } from "node:crypto";
import { CLIENT_ID } from "./token.js";

export class IdTokens {
  #key;

  constructor(issuer, key) {
    this.issuer = issuer;
    this.#key = key;
  }

  /** The JSON Web Key Set. */
  keys() {
    const key = createPublicKey(this.#key).export({ format: "jwk" });
    return { keys: [{ ...key, kid: KEY_ID, use: "sig", alg: "RS256" }] };
  }

  /** A token for an hour with these claims; those of the provider itself can be overridden. */
  sign(claims) {
    const now = Math.floor(Date.now() / 1000);
    const own = { iss: this.issuer, aud: CLIENT_ID, iat: now, exp: now + 3600 };
    const signed = `${encode({ alg: "RS256", kid: KEY_ID, typ: "JWT" })}.${encode({ ...own, ...claims })}`;
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), this.#key).toString("base64url")}`;
  }
}

/** What OpenID Connect calls a person. */
export function claimsOf({ id, sub, email, email_verified: emailVerified = false, name, image }) {
  return { sub: sub ?? id, email, email_verified: emailVerified, name, picture: image };
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

const KEY_ID = "mock";
