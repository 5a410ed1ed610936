// Somebody with one browser who may speak to either side: the cookies are the same.

import { Browser } from "../../official-client/lib/browser.js";
import { data } from "../../official-client/lib/check.js";
import { Cookies } from "../../official-client/lib/cookies.js";

export class Visitor {
  cookies = new Cookies();
  #browsers = new Map();
  #query;

  /** `disableCookieCache`: the session is asked of those who keep it, and not of a cookie. */
  constructor(query) {
    this.#query = query;
  }

  /** Another browser with the same cookies. */
  copy() {
    const other = new Visitor(this.#query);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  /** The browser, with the side at the other end. */
  at(side) {
    if (!this.#browsers.has(side)) {
      const browser = new Browser(side.url, USER_AGENT);
      browser.cookies = this.cookies;
      this.#browsers.set(side, browser);
    }
    return this.#browsers.get(side);
  }

  /** The client, with the side at the other end. */
  client(side) {
    return this.at(side).client;
  }

  /** Follows a link that either side has made, to the side given. */
  follow(side, link) {
    const { pathname, search } = new URL(link);
    return this.at(side).visit(`${side.url}${pathname}${search}`);
  }

  /** The session as the side sees it, or `null`. */
  async session(side) {
    return data(await this.client(side).getSession({ query: this.#query }));
  }

  /** The session as the side sees it by the cookies. */
  async sessionByCookies(side) {
    return data(await this.client(side).getSession());
  }
}

const USER_AGENT = "better-auth-interop/1.0";
