// The schemas that are tried, and what Better Auth is told of each.

import { fileURLToPath } from "node:url";

const config = (name) => fileURLToPath(new URL(`../configs/${name}.toml`, import.meta.url));
const optional = (type) => ({ type, required: false });

const KINDS = [
  { config: "core", plural: false, joins: true },
  { config: "better-auth", plural: true, joins: true, generateId: "serial" },
  {
    config: "every-type",
    plural: false,
    // SQLite has no JSON of bytes, which Drizzle joins by.
    joins: false,
    generateId: "uuid",
    additionalFields: {
      role: { type: "string", required: false, defaultValue: "member" },
      visits: optional("number"),
      score: optional("number"),
      bornAt: optional("date"),
      tags: optional("string[]"),
      luckyNumbers: optional("number[]"),
      settings: optional("json"),
    },
    // What both sides are asked to keep: as Better Auth takes it, and as the command does.
    fromBetterAuth: { visits: 7, score: 1.5, bornAt: new Date("1990-02-03T04:05:06.789Z"), tags: ["a", "ü\""], luckyNumbers: [1, 2], settings: { dark: [true, "ü"] } },
    fromRust: {
      visits: "7",
      balance: "9007199254740991",
      score: "1.5",
      born_at: "1990-02-03T04:05:06.789Z",
      tags: '["a","ü"]',
      lucky_numbers: "[1,2]",
      settings: '{"dark":true}',
      price: "12.5",
      avatar: "AAEC",
      reference: "6b9b1a5e-94a5-4f3e-9d3a-0a2f6d1c7b11",
      birthday: "1990-02-03",
      alarm: "07:30:00",
    },
  },
];

/** Every schema on every engine. */
export function variants(engines) {
  return engines.flatMap((engine) =>
    KINDS.map((kind) => ({ fromBetterAuth: {}, fromRust: {}, ...kind, engine, name: `${engine.name}-${kind.config}`, config: config(kind.config) })),
  );
}
