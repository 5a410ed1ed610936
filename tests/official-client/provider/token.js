// The token endpoint of both parts: codes and refresh tokens against tokens.

export const CLIENT_ID = "client";
export const CLIENT_SECRET = "secret";

/** `idToken(grant)` makes the part's id token; a part without one gives neither id nor refresh tokens. */
export async function token({ ledger }, { part, headers, body, idToken }) {
  const form = new URLSearchParams(body);
  if (!isClient(headers.authorization, form)) {
    ledger.refuse("wrong client id or secret");
    return { status: 401, body: { error: "invalid_client" } };
  }
  const grant = grantFor(ledger, form, part);
  if (!grant) return { status: 400, body: { error: "invalid_grant" } };
  return { status: 200, body: tokens(ledger, grant, idToken) };
}

function grantFor(ledger, form, part) {
  if (form.get("grant_type") === "refresh_token") {
    const { person, ...grant } = ledger.redeemRefreshToken(form.get("refresh_token")) ?? {};
    // Only the first access token may be short-lived.
    return person && { ...grant, nonce: undefined, person: { ...person, expires_in: undefined } };
  }
  if (form.get("grant_type") !== "authorization_code") return ledger.refuse("unknown grant_type");
  return ledger.redeem({
    part,
    code: form.get("code"),
    codeVerifier: form.get("code_verifier"),
    redirectUri: form.get("redirect_uri"),
  });
}

function tokens(ledger, grant, idToken) {
  const common = {
    access_token: ledger.issueAccessToken(grant),
    token_type: "Bearer",
    expires_in: grant.person.expires_in ?? 3600,
    ...(grant.scope && { scope: grant.scope }),
  };
  if (!idToken) return common;
  return { ...common, refresh_token: ledger.issueRefreshToken(grant), id_token: idToken(grant) };
}

function isClient(authorization, form) {
  const [id, secret] = authorization?.startsWith("Basic ")
    ? Buffer.from(authorization.slice(6), "base64").toString().split(":").map(decodeURIComponent)
    : [form.get("client_id"), form.get("client_secret")];
  return id === CLIENT_ID && secret === CLIENT_SECRET;
}
