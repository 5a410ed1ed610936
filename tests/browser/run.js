// Runs the scenarios one after another; the last line counts them, the status is 0 only if all passed.

import { openBrowser } from "./browser.js";
import { scenarios } from "./scenarios.js";
import { takeScreenshots } from "./screenshots.js";

const world = await openBrowser();
let failed = 0;
try {
  for (const [name, scenario] of scenarios) await run(name, () => scenario(world));
  if (process.env.SCREENSHOTS) await run("pictures of the page", () => takeScreenshots(world, process.env.SCREENSHOTS));
} finally {
  await world.close();
}
console.log(`${counted() - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(name, work) {
  try {
    await work();
    world.expectNothingOdd();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${indented(error)}`);
  }
}

function counted() {
  return scenarios.length + (process.env.SCREENSHOTS ? 1 : 0);
}

function indented(error) {
  return String(error?.stack ?? error).replace(/^/gm, "        ");
}
