// Requests under the right description: pipelined requests have no order among themselves, so a
// `configure` or `migrate` goes alone, after everything before it and before everything after it.

export class Database {
  #connection;
  #described = null;
  #change = null;
  #open = new Set();

  constructor(connection) {
    this.#connection = connection;
  }

  async request(schema, op, parameters) {
    await this.#describe(schema);
    const request = this.#connection.request(op, parameters);
    this.#open.add(request);
    try {
      return await request;
    } finally {
      this.#open.delete(request);
    }
  }

  /** Leaves the database empty, with the tables of this schema. */
  async migrate(schema) {
    await this.#describe(schema);
    await this.#alone(() => this.#connection.request("migrate"));
  }

  async #describe(schema) {
    while (this.#change || this.#described !== schema.text) {
      // Another one's change may be to another schema: look again afterwards.
      await (this.#change ?? this.#configure(schema));
    }
  }

  #configure(schema) {
    return this.#alone(async () => {
      await this.#connection.request("configure", { schema: schema.description });
      this.#described = schema.text;
    });
  }

  #alone(change) {
    this.#change = Promise.allSettled(this.#open)
      .then(change)
      .finally(() => {
        this.#change = null;
      });
    return this.#change;
  }
}
