// Says when something was.

import { element } from "./elements";

/** A `<time>` such as "5 minutes ago" or "12 Mar 2026, 09:30"; the exact instant is its title. */
export function timeElement(instant: Date | string, now = new Date()): HTMLTimeElement {
  const date = new Date(instant);
  return element("time", { datetime: date.toISOString(), title: exact.format(date) }, since(date, now));
}

export function since(date: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
  if (seconds < 7 * 86_400) return relative.format(-Math.floor(seconds / 86_400), "day");
  return exact.format(date);
}

// The page speaks English, so its dates do, too; the month is a word, hence clear to everybody.
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
