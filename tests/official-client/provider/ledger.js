// What a provider remembers: who comes next, codes, access tokens, refresh tokens, and what it refused.

import { createHash, randomBytes } from "node:crypto";

export class Ledger {
  next = {};
  /** Why requests were refused, the latest last. */
  refusals = [];
  #codes = new Map();
  #access = new Map();
  #refresh = new Map();

  issueCode(grant) {
    return put(this.#codes, { ...grant, person: this.next });
  }

  /** Gives a code once, to the caller who knows its verifier and the same redirect URI. */
  redeem({ code, codeVerifier, redirectUri, part }) {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (!grant || grant.part !== part) return this.refuse("unknown or used code");
    if (grant.redirectUri !== redirectUri) return this.refuse("another redirect_uri");
    if (grant.challenge !== s256(codeVerifier ?? "")) return this.refuse("wrong code_verifier");
    return grant;
  }

  issueAccessToken(grant) {
    return put(this.#access, grant);
  }

  issueRefreshToken(grant) {
    return put(this.#refresh, grant);
  }

  /** Gives a refresh token once: each use answers with a new one. */
  redeemRefreshToken(token) {
    const grant = this.#refresh.get(token);
    this.#refresh.delete(token);
    return grant ?? this.refuse("unknown or used refresh token");
  }

  /** Whoever the Authorization header speaks for. */
  bearer(authorization = "") {
    return this.#access.get(authorization.replace(/^Bearer /, ""))?.person;
  }

  refuse(reason) {
    this.refusals.push(reason);
    return undefined;
  }
}

function put(map, value) {
  const key = randomBytes(16).toString("hex");
  map.set(key, value);
  return key;
}

function s256(verifier) {
  return createHash("sha256").update(verifier).digest("base64url");
}
