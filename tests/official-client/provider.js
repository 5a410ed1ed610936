// A provider that asks nobody anything: plain OAuth 2 below /oauth, OpenID Connect below /oidc.

import { createServer } from "node:http";
import { control } from "./provider/control.js";
import { oauth } from "./provider/oauth.js";
import { oidc } from "./provider/oidc.js";
import { IdTokens } from "./provider/id-tokens.js";
import { Ledger } from "./provider/ledger.js";
import { keptKey } from "./provider/signing-key.js";

/** Starts it on the loopback interface. The first `discoveryFailures` requests for the discovery document fail. */
export async function startProvider(port, { discoveryFailures = 0 } = {}) {
  const provider = new Provider(port, discoveryFailures);
  await provider.listen(port);
  return provider;
}

class Provider {
  ledger = new Ledger();

  constructor(port, discoveryFailures) {
    this.issuer = `http://127.0.0.1:${port}/oidc`;
    this.idTokens = new IdTokens(this.issuer, keptKey());
    this.discoveryFailures = discoveryFailures;
    this.routes = { ...oauth(this), ...oidc(this), ...control(this) };
    this.server = createServer((request, response) => this.#answer(request, response));
  }

  /** Sets who comes next: `{id or sub, email, email_verified, name, image}`, and how the provider behaves then. */
  next(person) {
    this.ledger.next = person;
  }

  listen(port) {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", resolve);
    });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const route = this.routes[`${request.method} ${url.pathname}`];
    const { status, headers, body } = route
      ? await route({ url, headers: request.headers, body: await read(request) })
      : { status: 404, body: { error: "not_found" } };
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }
}

async function read(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
