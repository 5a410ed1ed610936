// The engines, by the scheme of their addresses.

import { mariadb } from "./mysql.js";
import { postgres } from "./postgres.js";
import { sqlite } from "./sqlite.js";

export function engineOf(url) {
  const [scheme] = url.split(":");
  const engine = { sqlite, postgres, mysql: mariadb }[scheme];
  if (!engine) throw new Error(`${scheme}: is none of sqlite:, postgres:, mysql:`);
  return engine;
}
