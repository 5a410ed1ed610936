// The plain OAuth 2 part: no discovery, no id tokens, people by `id`.

import { authorize } from "./authorize.js";
import { token } from "./token.js";

export function oauth(provider) {
  const part = "oauth";
  return {
    "GET /oauth/authorize": ({ url }) => authorize(provider, { part, url }),
    "POST /oauth/token": ({ headers, body }) => token(provider, { part, headers, body }),
    "GET /oauth/userinfo": ({ headers }) => {
      const person = provider.ledger.bearer(headers.authorization);
      return person ? { status: 200, body: profile(person) } : { status: 401, body: { error: "invalid_token" } };
    },
  };
}

function profile({ id, sub, email, email_verified: emailVerified = false, name, image }) {
  return { id: id ?? sub, email, name, email_verified: emailVerified, image, picture: image };
}
