// The environment of a run.

import { engineOf } from "../engines/index.js";
import { flavourOf } from "../flavours/index.js";

/** The variables of these names, all of which are needed. */
export function needed(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`not set: ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** The database of the run and how Better Auth sees it. */
export async function place() {
  const { FLAVOUR, DATABASE_URL } = needed("FLAVOUR", "DATABASE_URL");
  return { name: FLAVOUR, url: DATABASE_URL, engine: engineOf(DATABASE_URL), flavour: await flavourOf(FLAVOUR) };
}
