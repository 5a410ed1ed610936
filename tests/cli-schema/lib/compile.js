// Makes modules of what the command generates: Drizzle's TypeScript is checked by the compiler, Prisma's schema becomes a client
// by Prisma's own generator, which validates it.

import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { auth } from "./command.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const strict = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noUnusedLocals: true,
  skipLibCheck: true,
  types: ["node"],
};

/** Generates the files of all variants; each gets the paths of its modules. */
export async function compile(variants, work) {
  for (const variant of variants) {
    const folder = join(work, variant.name);
    mkdirSync(join(folder, "prisma"), { recursive: true });
    const options = ["--config", variant.config, ...(variant.plural ? ["--plural"] : [])];
    const write = (format, provider, file) =>
      auth(["generate", "schema", "--format", format, "--provider", provider, "--output", file, ...options]);
    variant.drizzle = join(folder, "schema.ts");
    write("drizzle", variant.engine.drizzle, variant.drizzle);
    variant.prisma = join(folder, "prisma/schema.prisma");
    write("prisma", variant.engine.prisma, variant.prisma);
    variant.client = join(folder, "generated/prisma");
  }
  typecheck(variants.map((variant) => variant.drizzle));
  const queue = [...variants];
  await Promise.all([0, 1].map(async () => {
    for (let variant = queue.shift(); variant; variant = queue.shift()) await generate(variant);
  }));
  for (const variant of variants) {
    variant.drizzle = pathToFileURL(transpile(variant.drizzle)).href;
    for (const file of sources(variant.client)) transpile(file);
    variant.client = pathToFileURL(join(variant.client, "client.js")).href;
  }
}

function typecheck(files) {
  const program = ts.createProgram(files, { ...strict, noEmit: true });
  const problems = ts.getPreEmitDiagnostics(program);
  if (problems.length > 0) {
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => "\n" };
    throw new Error(`the Drizzle schema is not right:\n${ts.formatDiagnostics(problems, host)}`);
  }
}

async function generate(variant) {
  const prisma = join(root, "node_modules/prisma/build/index.js");
  // No engine is used: whatever this names keeps Prisma from fetching the one that migrates.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" };
  const args = [prisma, "generate", "--no-hints", "--schema", variant.prisma];
  await promisify(execFile)(process.execPath, args, { env, cwd: root });
}

function sources(folder) {
  return readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".ts")).map((file) => join(folder, file));
}

function transpile(file) {
  const compilerOptions = { ...strict, rewriteRelativeImportExtensions: true };
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions, fileName: file });
  const module = file.replace(/\.ts$/, ".js");
  writeFileSync(module, outputText);
  return module;
}
