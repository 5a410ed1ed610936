// One browser: its cookies, its headers, and the official client that speaks through both.

import { createAuthClient } from "better-auth/client";
import { Cookies, parseSetCookie } from "./cookies.js";
import { request } from "./http.js";

export class Browser {
  cookies = new Cookies();
  /** The last answer: `{status, headers, setCookie: [{name, value, attributes}], text}`. */
  last = undefined;

  constructor(serverUrl, userAgent = "official-client/1.0") {
    this.origin = new URL(serverUrl).origin;
    this.base = `${this.origin}/api/auth`;
    this.userAgent = userAgent;
    this.client = createAuthClient({
      baseURL: this.origin,
      fetchOptions: { customFetchImpl: (url, init) => this.#fetch(url, init) },
    });
  }

  /** Follows a link, as a navigation does: with cookies, without Origin. */
  visit(url) {
    return this.#send(new URL(url, this.origin), {});
  }

  /** Sends JSON from the page, as a script on it does, to a path below the base path. */
  post(path, body, headers = {}) {
    const type = { origin: this.origin, "content-type": "application/json" };
    return this.raw("POST", path, { body: JSON.stringify(body), headers: { ...type, ...headers } });
  }

  /** Sends exactly this besides cookies and User-Agent; a header that is `undefined` is left out. */
  raw(method, path, { body, headers = {} } = {}) {
    return this.#send(`${this.base}${path}`, { method, body, headers });
  }

  /** The cookie of that name in the last answer. */
  received(name) {
    return this.last.setCookie.find((cookie) => cookie.name === name);
  }

  async #fetch(url, { method, headers, body }) {
    const sent = { origin: this.origin, ...Object.fromEntries(new Headers(headers)) };
    const answer = await this.#send(url, { method, headers: sent, body: body ?? undefined });
    return new Response(answer.text === "" ? null : answer.text, answer);
  }

  async #send(url, { method, headers = {}, body }) {
    const given = Object.entries({ ...this.#ownHeaders(), ...headers }).filter(([, value]) => value !== undefined);
    const answer = await request(url, { method, headers: Object.fromEntries(given), body });
    this.last = { ...answer, setCookie: answer.setCookie.map(parseSetCookie) };
    this.last.setCookie.forEach((cookie) => this.cookies.store(cookie));
    return this.last;
  }

  #ownHeaders() {
    const own = { "user-agent": this.userAgent };
    return this.cookies.isEmpty ? own : { ...own, cookie: this.cookies.toString() };
  }
}

export const SESSION_COOKIE = "better-auth.session_token";
