// What stands in Redis behind the prefix of the run, read past every storage.

import { Redis } from "ioredis";
import { needed } from "./settings.js";

export class Store {
  #redis;
  #prefix;

  constructor() {
    const { REDIS_URL, REDIS_PREFIX } = needed("REDIS_URL", "REDIS_PREFIX");
    this.#redis = new Redis(REDIS_URL, { lazyConnect: true });
    this.#prefix = REDIS_PREFIX;
  }

  /** The text of a key, or `null`. */
  text(key) {
    return this.#redis.get(this.#prefix + key);
  }

  /** Seconds for which a key holds on; -1: for ever, -2: there is none. */
  ttl(key) {
    return this.#redis.ttl(this.#prefix + key);
  }

  /** Everything: `Map(key → {text, ttl})`. */
  async all() {
    const keys = (await this.#keys()).map((key) => key.slice(this.#prefix.length));
    const read = async (key) => [key, { text: await this.text(key), ttl: await this.ttl(key) }];
    return new Map(await Promise.all(keys.map(read)));
  }

  /** Writes a text; the key holds on as long as before. */
  change(key, text) {
    return this.#redis.set(this.#prefix + key, text, "KEEPTTL");
  }

  set(key, text, seconds) {
    return this.#redis.set(this.#prefix + key, text, "EX", seconds);
  }

  holdFor(key, seconds) {
    return this.#redis.expire(this.#prefix + key, seconds);
  }

  remove(key) {
    return this.#redis.del(this.#prefix + key);
  }

  /** Leaves nothing behind, and ends. */
  async clear() {
    const keys = await this.#keys();
    if (keys.length > 0) await this.#redis.del(keys);
    await this.#redis.quit();
  }

  async #keys() {
    // A scan may give a key twice.
    const found = new Set();
    for await (const keys of this.#redis.scanStream({ match: `${this.#prefix}*`, count: 1000 })) {
      for (const key of keys) found.add(key);
    }
    return [...found];
  }
}
