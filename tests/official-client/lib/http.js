// One HTTP request with exactly the headers it is given: `fetch` would add its own Sec-Fetch-* ones.

import { request as send } from "node:http";

/** Resolves to `{status, headers, setCookie, text}`; redirects are not followed. */
export function request(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = send(url, { method, headers: withLength(headers, body), agent: false }, (received) => {
      const chunks = [];
      received.on("data", (chunk) => chunks.push(chunk));
      received.on("error", reject);
      received.on("end", () => resolve(answer(received, Buffer.concat(chunks).toString("utf8"))));
    });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`no answer from ${url} in ${TIMEOUT_MS} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

function withLength(headers, body) {
  return body === undefined ? headers : { ...headers, "content-length": Buffer.byteLength(body) };
}

function answer({ statusCode, headers }, text) {
  const { "set-cookie": setCookie = [], ...others } = headers;
  return { status: statusCode, headers: others, setCookie, text };
}

const TIMEOUT_MS = 20_000;
