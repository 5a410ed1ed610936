// The OpenID Connect part: discovery, keys, id tokens with the nonce of the request, people by `sub`.

import { authorize } from "./authorize.js";
import { claimsOf } from "./id-tokens.js";
import { token } from "./token.js";

export function oidc(provider) {
  const { issuer, idTokens } = provider;
  const part = "oidc";
  return {
    "GET /oidc/.well-known/openid-configuration": () => discovery(provider),
    "GET /oidc/jwks": () => ({ status: 200, body: idTokens.keys() }),
    "GET /oidc/authorize": ({ url }) => authorize(provider, { part, issuer, url }),
    "POST /oidc/token": ({ headers, body }) =>
      token(provider, {
        part,
        headers,
        body,
        idToken: ({ person, nonce }) => idTokens.sign({ ...claimsOf(person), nonce: person.nonce ?? nonce }),
      }),
    "GET /oidc/userinfo": ({ headers }) => {
      const person = provider.ledger.bearer(headers.authorization);
      return person ? { status: 200, body: claimsOf(person) } : { status: 401, body: { error: "invalid_token" } };
    },
  };
}

function discovery(provider) {
  if (provider.discoveryFailures > 0) {
    provider.discoveryFailures -= 1;
    return { status: 503, body: { error: "temporarily_unavailable" } };
  }
  const { issuer } = provider;
  const body = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: ["openid", "email", "profile"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    authorization_response_iss_parameter_supported: true,
  };
  return { status: 200, body };
}
