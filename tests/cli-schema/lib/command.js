// Runs the command `auth`.

import { spawnSync } from "node:child_process";

const program = process.env.AUTH_PROGRAM;

/** The standard output of a command that must be done. */
export function auth(args, { input = "", env = {} } = {}) {
  const run = spawnSync(program, args, { input, encoding: "utf8", env: { ...process.env, ...env } });
  if (run.status !== 0) throw new Error(`auth ${args.join(" ")} ended with ${run.status}: ${run.stderr ?? run.error}`);
  return run.stdout;
}
