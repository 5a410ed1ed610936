// What every step gets: both sides, people, the provider, what is stored, the checks.

import { randomBytes } from "node:crypto";
import { data } from "../../official-client/lib/check.js";
import { callbackFrom } from "../../official-client/lib/social.js";
import { Places } from "./places.js";
import { Visitor } from "./visitor.js";

export class World {
  #people = 100;

  /** `store` is what Redis has, if there is one. */
  constructor({ sides, provider, rows, store, checks, engine, flavour }) {
    Object.assign(this, { sides, provider, rows, store, checks, engine, flavour });
    this.places = new Places(rows, store);
  }

  visitor() {
    return new Visitor(this.flavour.has.includes("cache") ? { disableCookieCache: true } : undefined);
  }

  /** Somebody who has never been here. All of them have data of the same lengths; `id` is the provider's. */
  person() {
    this.#people += 1;
    const id = `p${this.#people}-${randomBytes(4).toString("hex")}`;
    return { id, name: "Ada Lövelace 🦀", email: `${id}@example.com`, password: `correct horse ${id}` };
  }

  /** Somebody who has just signed up at a side: the person, the visitor, the user. */
  async signedUp(side) {
    const person = this.person();
    const visitor = this.visitor();
    const { id: _, ...body } = person;
    const { user } = data(await visitor.client(side).signUp.email(body));
    return { ...person, visitor, user };
  }

  /** The same person in one more browser, by a side. */
  async signedIn(side, { email, password, rememberMe }) {
    const visitor = this.visitor();
    const { token } = data(await visitor.client(side).signIn.email({ email, password, rememberMe }));
    return { visitor, token };
  }

  /** Tries a password at a side: what the client answered. */
  tries(side, email, password) {
    return this.visitor().client(side).signIn.email({ email, password });
  }

  /** Goes to a provider by one side and comes back to the same or to another: what the callback answered. */
  async atProvider(visitor, person, { by, back = by, provider }) {
    this.provider.next({ email_verified: true, ...person });
    const started = await visitor.client(by).signIn.social({ provider, callbackURL: "/after" });
    return visitor.follow(back, await callbackFrom(data(started).url));
  }

  /** Somebody new who has signed in with a provider by a side: the person, the visitor, the session. */
  async arrived(side, provider) {
    const person = this.person();
    const visitor = this.visitor();
    await this.atProvider(visitor, person, { by: side, provider });
    const { user, session } = await visitor.session(side);
    return { ...person, visitor, user, session };
  }
}
