// The browser, its devices (contexts), and all that must never happen in any of them.

import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Opens the browser; every device that it makes is watched. The server's refusals of these paths are ordinary answers. */
export async function openBrowser({ server = new URL(required("SERVER_URL")).origin, args = [], refuses = isInterface } = {}) {
  const browser = await chromium.launch({ executablePath: executable(), args: ["--lang=en", ...args] });
  const odd = [];

  return {
    server,
    /** A context of its own is a device of its own. */
    async device(options = {}) {
      const context = await browser.newContext({ baseURL: server, locale: "en-GB", timezoneId: "UTC", ...options });
      context.setDefaultTimeout(15_000);
      await watch(context, server, refuses, odd);
      return context.newPage();
    },
    /** A device on which other sites are open, too: nothing is watched. */
    async elsewhere() {
      const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
      context.setDefaultTimeout(15_000);
      return context.newPage();
    },
    putDevicesAway: () => Promise.all(browser.contexts().map((context) => context.close())),
    expectNothingOdd() {
      const seen = odd.splice(0);
      if (seen.length > 0) throw new Error(`the page misbehaved:\n${seen.join("\n")}`);
    },
    close: () => browser.close(),
  };
}

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; README.md tells what it means`);
  return value;
}

/** Console errors, violations of the content security policy, and requests to anybody else. */
async function watch(context, server, refuses, odd) {
  await context.exposeBinding("reportViolation", (_, text) => odd.push(`content security policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.reportViolation(`${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
  context.on("weberror", (error) => odd.push(`uncaught: ${error.error()}`));
  context.on("console", (message) => {
    if (message.type() === "error" && !isRefusal(message, server, refuses)) odd.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== server) odd.push(`request to ${url.origin}`);
  });
}

/** Chromium itself logs every answer from 400 on; from these paths they are ordinary answers. */
function isRefusal(message, server, refuses) {
  const { origin, pathname } = new URL(message.location().url || "about:blank");
  return origin === server && refuses(pathname) && /Failed to load resource: .* status of 4\d\d/.test(message.text());
}

function isInterface(pathname) {
  return pathname.startsWith("/api/auth/") || pathname === "/providers";
}

function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const found = execFileSync("/bin/sh", ["-c", "command -v chromium || true"], { encoding: "utf8" }).trim();
  if (!found || !existsSync(found)) throw new Error("no chromium on the path, and CHROMIUM is not set");
  return found;
}
