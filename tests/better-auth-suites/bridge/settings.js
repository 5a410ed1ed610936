// What a run is about comes from the environment: `vitest run` takes no arguments of ours.

import { fileURLToPath } from "node:url";

export const name = process.env.ADAPTER_NAME || "adapter";
export const usePlural = process.env.ADAPTER_PLURAL === "1";

/** `sqlite` or `sqlite-plural`: one word that names the run in reports. */
export const label = usePlural ? `${name}-plural` : name;

/** The suites that a database cannot pass by its nature, such as `number-id` where nothing counts ids. */
export const without = (process.env.ADAPTER_WITHOUT || "").split(",").filter(Boolean);

export const reportFile = fileURLToPath(new URL(`../reports/${label}.json`, import.meta.url));

/** Read late, so that a report can be checked where no child is at hand. */
export function childCommand() {
  const command = process.env.ADAPTER_CHILD;
  if (!command) throw new Error("ADAPTER_CHILD is not set: it is the path of the child to test");
  const args = JSON.parse(process.env.ADAPTER_CHILD_ARGS || "[]");
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== "string")) {
    throw new Error("ADAPTER_CHILD_ARGS is not a JSON array of strings");
  }
  return { command, args, recordFolder: process.env.ADAPTER_RECORD || null };
}
