// The authorization endpoint of both parts: redirects at once, with a code or with an error.

import { CLIENT_ID } from "./token.js";

/** `part` is the half of the provider a code is for, `issuer` its `iss` in the answer, if it has one. */
export function authorize({ ledger }, { part, issuer, url }) {
  const query = Object.fromEntries(url.searchParams);
  const complaint = complaintAbout(query);
  if (complaint) {
    ledger.refuse(complaint);
    return { status: 400, body: { error: "invalid_request", error_description: complaint } };
  }
  const back = new URL(query.redirect_uri);
  back.searchParams.set("state", query.state);
  if (issuer) back.searchParams.set("iss", issuer);
  for (const [key, value] of Object.entries(outcome(ledger, query, part))) back.searchParams.set(key, value);
  return { status: 302, headers: { location: back.href } };
}

function outcome(ledger, query, part) {
  const { error, error_description: description } = ledger.next;
  if (error) return description ? { error, error_description: description } : { error };
  const code = ledger.issueCode({
    part,
    challenge: query.code_challenge,
    redirectUri: query.redirect_uri,
    nonce: query.nonce,
    scope: query.scope,
  });
  return { code };
}

function complaintAbout(query) {
  if (query.client_id !== CLIENT_ID) return "unknown client_id";
  if (query.response_type !== "code") return "response_type is not code";
  if (query.code_challenge_method !== "S256" || !query.code_challenge) return "no S256 code_challenge";
  if (!query.state) return "no state";
  if (!URL.canParse(query.redirect_uri)) return "no redirect_uri";
  return undefined;
}
