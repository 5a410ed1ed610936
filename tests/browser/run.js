// Runs the scenarios of the server's page.

import { openBrowser } from "./browser.js";
import { runAll } from "./runner.js";
import { scenarios } from "./scenarios.js";
import { takeScreenshots } from "./screenshots.js";

const folder = process.env.SCREENSHOTS;
const pictures = folder ? [["pictures of the page", (world) => takeScreenshots(world, folder)]] : [];
const world = await openBrowser();
try {
  await runAll(world, [...scenarios, ...pictures]);
} finally {
  await world.close();
}
