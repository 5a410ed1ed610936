// The original server in a process of its own.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A port on the loopback interface that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts it; `stop()` ends it. */
export function startOriginal(settings) {
  const script = fileURLToPath(new URL("../original.js", import.meta.url));
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "inherit", "inherit"] });
  return { stop: () => child.kill() };
}
