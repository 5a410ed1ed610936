// The outbox: one JSON object per line, written by the server.

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { required } from "./browser.js";

/** Waits for a mail to `to` that does not count among the first `after`, and gives its link. */
export async function mailedLink(to, path, after = 0) {
  const file = required("MAIL_FILE");
  for (let tries = 0; tries < 100; tries += 1) {
    const mail = (await mailsIn(file)).slice(after).findLast((it) => it.to === to && new URL(it.url).pathname.includes(path));
    if (mail) return mail.url;
    await pause(100);
  }
  throw new Error(`no mail to ${to} with a link to ${path} came`);
}

/** How many mails there are; what comes later is told by it. */
export async function mailCount() {
  return (await mailsIn(required("MAIL_FILE"))).length;
}

async function mailsIn(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  // The last line may still be in writing.
  return text.split("\n").slice(0, -1).filter(Boolean).map((line) => JSON.parse(line));
}
