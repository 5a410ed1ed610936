// Better Auth's adapter over a child. No adapter factory of Better Auth is in between: that one
// would map names, make ids, apply defaults and join, and all of that is what the child is to do.

import { createOperations } from "./operations.js";
import { Schema } from "./schema.js";
import { createTransaction } from "./transaction.js";

export class AdapterSource {
  #database;
  #name;
  #usePlural;
  // The suites ask for an adapter before every call, mostly with the same options.
  #adapters = new WeakMap();

  constructor(database, { name, usePlural }) {
    this.#database = database;
    this.#name = name;
    this.#usePlural = usePlural;
  }

  adapter(options) {
    let adapter = this.#adapters.get(options);
    if (!adapter) {
      adapter = this.#create(new Schema(options, this.#usePlural));
      this.#adapters.set(options, adapter);
    }
    return adapter;
  }

  async migrate(options) {
    await this.#database.migrate(new Schema(options, this.#usePlural));
  }

  #create(schema) {
    const send = (op, parameters) => this.#database.request(schema, op, parameters);
    const transaction = createTransaction(send, (sendInside) => ({
      id: this.#name,
      ...createOperations(schema, sendInside),
      options: { adapterConfig: this.#config(true) },
    }));
    return {
      id: this.#name,
      ...createOperations(schema, send),
      transaction,
      options: { adapterConfig: this.#config(transaction) },
    };
  }

  // The suites put an adapter of Better Auth's factory around this one and give it these flags:
  // with all of them it leaves values as they are.
  #config(transaction) {
    return {
      adapterId: this.#name,
      adapterName: this.#name,
      usePlural: this.#usePlural,
      transaction,
      supportsBooleans: true,
      supportsDates: true,
      supportsJSON: true,
      supportsArrays: true,
      supportsNumericIds: true,
      supportsUUIDs: true,
    };
  }
}
