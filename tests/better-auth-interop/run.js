// One run: every step on one database of one flavour, first from the one side to the other, then back.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProvider } from "../official-client/provider.js";
import { Checks, told } from "./lib/checks.js";
import { Rows } from "./lib/rows.js";
import { needed, place } from "./lib/settings.js";
import { authServer, betterAuth } from "./lib/sides.js";
import { Store } from "./lib/store.js";
import { World } from "./lib/world.js";
import { steps } from "./steps/index.js";

const environment = needed("SERVER_URL", "MAIL_FILE", "PROVIDER_PORT", "AUTH_SECRET");
const here = await place();
const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), "better-auth-interop-"));
const store = here.flavour.has.includes("storage") ? new Store() : undefined;
const provider = await startProvider(Number(environment.PROVIDER_PORT));
const original = await betterAuth(folder);
try {
  const sides = [original, await authServer(environment)];
  const rows = new Rows(here);
  const { engine, flavour } = here;
  const world = new World({ sides, provider, rows, store, checks, engine, flavour });
  for (const [name, run] of chosen()) {
    if (run.length === 1) {
      await checks.step(name, () => run(world));
      continue;
    }
    for (const [from, to] of [sides, sides.toReversed()]) {
      await checks.step(`${name}, ${from.name} → ${to.name}`, () => run(world, from, to));
    }
  }
  await rows.end();
} finally {
  original.stop();
  await store?.clear();
  provider.close();
  rmSync(folder, { recursive: true });
}

const title = `${here.name} on ${here.engine.name}`;
const passed = checks.failures.length === 0 && checks.passed > 0;
const tell = passed ? console.log : console.error;
for (const failure of checks.failures) tell(told(title, failure));
tell(`${title}: ${checks.passed} checks passed, ${checks.failures.length} failed`);
process.exitCode = passed ? 0 : 1;

function chosen() {
  const words = process.argv.slice(2);
  const found = steps.filter(([, , needs]) => (needs ?? []).every((one) => here.flavour.has.includes(one)));
  return found.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
}
