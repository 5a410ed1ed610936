// Runs the scenarios of the operator's page, `auth console`.

import { openBrowser } from "./browser.js";
import * as attacks from "./console/attacks.js";
import * as entry from "./console/entry.js";
import * as everybody from "./console/everybody.js";
import * as health from "./console/health.js";
import * as people from "./console/people.js";
import { startConsole } from "./console/process.js";
import { takeScreenshots } from "./console/screenshots.js";
import { runAll } from "./runner.js";

const folder = process.env.SCREENSHOTS;
const pictures = folder ? [["pictures of the console", (world) => takeScreenshots(world, folder)]] : [];
const scenarios = [entry, people, health, everybody, attacks].flatMap((module) => Object.entries(module.scenarios));

const running = await startConsole();
// A name of somebody else's that leads to this machine.
const args = ["--host-resolver-rules=MAP evil.example 127.0.0.1"];
const browser = await openBrowser({ server: running.origin, args, refuses: () => true });
try {
  await runAll({ ...browser, ...running }, [...scenarios, ...pictures]);
} finally {
  await browser.close();
  const status = await running.stop();
  if (status !== 0) {
    console.log(`the console ended with ${status} instead of 0`);
    process.exitCode = 1;
  }
}
