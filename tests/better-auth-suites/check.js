// Compares the report of a run with the list of the tests that must have run and passed.
// Used as `node check.js` after `vitest run`, or by run.js.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { label, reportFile, without } from "./bridge/settings.js";

const ANSI = /\x1b\[\d+m/g;
/** A child that is not there fails every test: no need to list them all. */
const SHOWN = 40;
const OPENING = /^─+ \[([\w-]+)\] ─+$/;

/** Prints what is wrong and the closing line; true if every expected test passed and nothing else ran. */
export function check() {
  const report = readReport();
  const { passed, failed, skipped, problems } = compare(readExpected(), report ? readTests(report) : []);
  // First, because it tends to be the cause of the rest.
  if (!report) problems.unshift(`no report of this run: ${reportFile}`);
  else if (!report.success) problems.unshift("the run as a whole did not succeed", ...fileProblems(report));
  for (const problem of problems.slice(0, SHOWN)) console.error(problem);
  if (problems.length > SHOWN) console.error(`and ${problems.length - SHOWN} more`);
  console.log(`${label}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return problems.length === 0;
}

function compare(expected, tests) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  const statuses = groupByName(tests);
  for (const name of expected) {
    const found = (statuses.get(name) ?? []).map(({ status }) => status);
    statuses.delete(name);
    const isPassed = found.length === 1 && found[0] === "passed";
    const isSkipped = found.length > 0 && found.every((status) => status !== "passed" && status !== "failed");
    // A test that is missing, or there twice, counts as failed.
    counts[isPassed ? "passed" : isSkipped ? "skipped" : "failed"] += 1;
    if (!isPassed) problems.push(`${found.join(" and ") || "missing"}: ${name}`);
  }
  for (const name of statuses.keys()) problems.push(`not on the list: ${name}`);
  return { ...counts, problems };
}

function groupByName(tests) {
  const groups = new Map();
  for (const test of tests) groups.set(test.name, [...(groups.get(test.name) ?? []), test]);
  return groups;
}

function readExpected() {
  const names = [];
  let suite = null;
  for (const line of readFileSync(new URL("expected-tests.txt", import.meta.url), "utf8").split("\n")) {
    const heading = /^\[([\w-]+)\]$/.exec(line);
    if (heading) suite = heading[1];
    else if (without.includes(suite)) continue;
    else if (line !== "" && !line.startsWith("#")) names.push(`${suite} > ${line}`);
  }
  return names;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/**
 * The tests of a report as `suite > name`. A suite begins with a test of its own that only says so
 * and sets up; it is not on the list, but a failure of it makes the whole run unsuccessful.
 */
function readTests(report) {
  const tests = [];
  let suite = "before any suite";
  for (const { title, status } of report.testResults.flatMap((file) => file.assertionResults)) {
    const plain = title.replace(ANSI, "").trim();
    const opening = OPENING.exec(plain);
    if (opening) {
      suite = opening[1];
      continue;
    }
    const name = plain.replace(`${suite} > `, "").replace(" ─ ", " - ");
    tests.push({ name: `${suite} > ${name}`, status });
  }
  return tests;
}

/** Failures of the file itself: of its loading, or of a hook such as the child's orderly end. */
function fileProblems(report) {
  return report.testResults.map(({ message }) => message).filter(Boolean);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = check() ? 0 : 1;
