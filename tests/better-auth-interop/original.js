// Better Auth as a server on the database of the run.

import { createServer } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { onDatabase } from "./lib/better-auth.js";
import { needed, place } from "./lib/settings.js";

const names = ["SERVER_URL", "ORIGINAL_URL", "AUTH_SECRET", "ORIGINAL_MAIL_FILE", "PROVIDER_PORT"];
const { SERVER_URL, ORIGINAL_URL, AUTH_SECRET, ORIGINAL_MAIL_FILE, PROVIDER_PORT } = needed(...names);

const auth = await onDatabase(await place(), {
  baseUrl: SERVER_URL,
  origin: ORIGINAL_URL,
  secret: AUTH_SECRET,
  mailFile: ORIGINAL_MAIL_FILE,
  providerPort: PROVIDER_PORT,
});

const { hostname, port } = new URL(ORIGINAL_URL);
createServer(toNodeHandler(auth)).listen(Number(port), hostname);
