import { describe, expect, it } from "vitest";
import { root, runNode } from "../support/run-program.ts";

// Loading undici of npm replaces the dispatcher of the built-in fetch of Node 20 and 22, which then refuses this header.
const post = `
  const { createServer } = require("node:http");
  const server = createServer((request, response) => request.pipe(response));
  server.listen(0, "127.0.0.1", async () => {
    const url = "http://127.0.0.1:" + server.address().port;
    const init = { method: "POST", headers: { "content-length": "5" }, body: "hello" };
    const result = await fetch(url, init).then(
      async (response) => ({ status: response.status, body: await response.text() }),
      (error) => ({ error: String(error.cause ?? error) }),
    );
    console.log(JSON.stringify(result));
    server.closeAllConnections();
    server.close();
  });
`;

async function fetchAfter(load: string): Promise<unknown> {
  const program = `(async () => { ${load} })().then(() => { ${post} });`;
  const { stdout, stderr } = await runNode(["--input-type=commonjs", "--eval", program], `${root}test`);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("the host's own fetch", () => {
  it.each([
    ["without Behalf", ""],
    ["after an import of Behalf", 'await import("behalf");'],
    ["after a require of Behalf", 'require("behalf");'],
  ])("sends a content-length of its caller's %s", async (_case, load) => {
    expect(await fetchAfter(load)).toEqual({ status: 200, body: "hello" });
  });
});
