import { rmSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { reportFile } from "./bridge/settings.js";

// A run that breaks off must not leave the report of the one before.
rmSync(reportFile, { force: true });

export default defineConfig({
  test: {
    include: ["suites.test.js"],
    pool: "forks",
    fileParallelism: false,
    retry: 0,
    // The suites print a line for every migration.
    silent: "passed-only",
    reporters: ["dot", ["json", { outputFile: reportFile }]],
  },
});
