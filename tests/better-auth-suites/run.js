// One run and its check: exits with 0 only if exactly the expected tests ran and passed.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { check } from "./check.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const vitest = fileURLToPath(new URL("node_modules/vitest/vitest.mjs", import.meta.url));

// Vitest colours what it writes into a file, too, unless told otherwise.
const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };

const { status } = spawnSync(process.execPath, [vitest, "run"], { cwd: here, env, stdio: "inherit" });
const isComplete = check();
process.exitCode = status === 0 && isComplete ? 0 : 1;
