// Makes the tables of a flavour in an empty database, as Better Auth and its tools make them.

import { onDatabase } from "./lib/better-auth.js";
import { needed, place } from "./lib/settings.js";

const here = await place();
const { AUTH_SECRET: secret } = needed("AUTH_SECRET");
here.flavour.generate?.(here.engine);
const auth = await onDatabase(here, { baseUrl: "http://localhost", secret });
await here.flavour.prepare(here.engine, here.url, auth);
process.exit(0);
