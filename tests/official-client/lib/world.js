// What every case gets: browsers, people, the outbox and the provider.

import { randomBytes } from "node:crypto";
import { data } from "./check.js";
import { Browser } from "./browser.js";
import { Outbox } from "./outbox.js";

export class World {
  #people = 0;
  // A run never meets the people of an earlier one in the same database.
  #run = randomBytes(4).toString("hex");

  constructor({ serverUrl, mailFile, provider, mode }) {
    this.serverUrl = serverUrl;
    this.origin = new URL(serverUrl).origin;
    this.base = `${this.origin}/api/auth`;
    this.errorPage = `${this.base}/error`;
    this.outbox = new Outbox(mailFile);
    this.provider = provider;
    this.mode = mode;
  }

  browser(userAgent) {
    return new Browser(this.serverUrl, userAgent);
  }

  /** Somebody who has never been here: `{id, name, email, password}`; `id` is the provider's. */
  person(name = "Ada Lovelace") {
    this.#people += 1;
    const id = `p${this.#people}-${this.#run}`;
    return { id, name, email: `${id}@example.com`, password: `correct horse ${id}` };
  }

  /** Somebody who has just signed up: the person, the browser and what the server answered. */
  async signedUp({ name, browser = this.browser() } = {}) {
    const person = this.person(name);
    const { id: _, ...body } = person;
    const { user, token } = data(await browser.client.signUp.email(body));
    return { ...person, browser, client: browser.client, user, token };
  }

  /** Somebody who has signed up and followed the link of the verification mail. */
  async verified(options) {
    const someone = await this.signedUp(options);
    await someone.browser.visit((await this.outbox.next("verify-email", someone.email)).url);
    return someone;
  }

  /** The same person in one more browser. */
  async signedInAgain({ email, password }, userAgent) {
    const browser = this.browser(userAgent);
    const { token } = data(await browser.client.signIn.email({ email, password }));
    return { browser, client: browser.client, token };
  }
}
