// All seven suites, or those that a database can pass, against one child, in one process and one after another: they share a database.

import {
  authFlowTestSuite,
  caseInsensitiveTestSuite,
  joinsTestSuite,
  normalTestSuite,
  numberIdTestSuite,
  testAdapter,
  transactionsTestSuite,
  uuidTestSuite,
} from "@better-auth/test-utils/adapter";
import { afterAll, beforeEach } from "vitest";
import { AdapterSource } from "./bridge/adapter.js";
import { Connection } from "./bridge/connection.js";
import { Database } from "./bridge/database.js";
import { childCommand, label, usePlural, without } from "./bridge/settings.js";

const connection = new Connection(childCommand());
const source = new AdapterSource(new Database(connection), { name: label, usePlural });

const { execute } = await testAdapter({
  adapter: async () => (options) => source.adapter(options),
  runMigrations: (options) => source.migrate(options),
  tests: [
    normalTestSuite(),
    caseInsensitiveTestSuite(),
    transactionsTestSuite(),
    authFlowTestSuite(),
    ...(without.includes("number-id") ? [] : [numberIdTestSuite()]),
    joinsTestSuite(),
    uuidTestSuite(),
  ],
});

// Once the child is gone the first failure says it all: the rest is skipped, which the check counts.
beforeEach(({ skip }) => skip(connection.failure !== null, connection.failure));

execute();

// Not the suites' own hook for the end: it does not run when their last cleaning up fails.
afterAll(() => connection.close());
