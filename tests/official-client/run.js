// Runs every case, one after another; exits with 0 only if all pass.

import { cases } from "./cases/index.js";
import { given, original } from "./lib/environment.js";
import { World } from "./lib/world.js";

const [flag, ...words] = process.argv.slice(2);
const start = flag === "--original" ? original : given;
const only = (flag === "--original" ? words : [flag, ...words]).filter(Boolean);

const environment = await start(process.env);
const failures = [];
let passed = 0;
try {
  for (const [name, run] of selected()) {
    const error = await attempt(run);
    if (error) failures.push([name, error]);
    else passed += 1;
    console.log(`${error ? "FAIL" : "ok  "} ${name}`);
  }
} finally {
  environment.stop();
}

for (const [name, error] of failures) console.log(`\n${name}\n${error.stack ?? error}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;

/** Without the cases of discovery, the others would meet its failures. */
function selected() {
  return cases.filter(([name]) => name.startsWith("oidc-discovery:") || only.every((word) => name.includes(word)));
}

async function attempt(run) {
  try {
    await run(new World(environment));
  } catch (error) {
    return error;
  }
}
