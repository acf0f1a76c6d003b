import { parseArgs } from "node:util";

/** What the command line asks for. */
export type CommandArguments =
  | { readonly wants: "server"; readonly port: number }
  | { readonly wants: "usage" }
  | { readonly wants: "correction"; readonly problem: string };

const defaultPort = 4400;

/** How the command is used. */
export const usage: string = `Usage: behalf-dev [--port <number>]

Starts an authorization server for development on 127.0.0.1.

  --port <number>  the port to listen on; 0 takes a free one (default ${defaultPort})
  --help           shows this
`;

/** Reads the command line. */
export function readArguments(words: readonly string[]): CommandArguments {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { port: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return { wants: "usage" };
    const port = values.port ?? String(defaultPort);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      return { wants: "correction", problem: `--port must be a number from 0 to 65535, not ${JSON.stringify(port)}.` };
    }
    return { wants: "server", port: Number(port) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { wants: "correction", problem: error.message };
  }
}
