// Better Auth's own storage in Redis, beside tables as `stock` has them.

import { redisStorage } from "@better-auth/redis-storage";
import { Redis } from "ioredis";
import { needed } from "../lib/settings.js";
import { stock } from "./kysely.js";

/** Sessions and verifications stand in Redis alone, as is Better Auth's default with a storage. */
export const redis = { ...stock, has: ["storage"], options: { secondaryStorage: storage() } };

/** They stand in the database, too, and sessions in a cookie besides. */
export const both = {
  ...stock,
  has: ["rows", "storage", "cache"],
  options: {
    secondaryStorage: storage(),
    session: { storeSessionInDatabase: true, cookieCache: { enabled: true, strategy: "compact" } },
    verification: { storeInDatabase: true },
  },
};

/** Requests are counted, in Redis. */
export const limits = {
  ...stock,
  has: ["storage", "limits"],
  options: { secondaryStorage: storage(), rateLimit: { enabled: true } },
};

/** Connects when it is first asked. */
function storage() {
  const { REDIS_URL, REDIS_PREFIX } = needed("REDIS_URL", "REDIS_PREFIX");
  return redisStorage({ client: new Redis(REDIS_URL, { lazyConnect: true }), keyPrefix: REDIS_PREFIX });
}
