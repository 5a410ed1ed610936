// Sessions in the database and in a cookie.

import { stock } from "./kysely.js";

/** A signed JSON Web Token. */
export const jwt = withStrategy("jwt");

/** An encrypted one. */
export const jwe = withStrategy("jwe");

function withStrategy(strategy) {
  return { ...stock, has: ["rows", "cache"], options: { session: { cookieCache: { enabled: true, strategy } } } };
}
