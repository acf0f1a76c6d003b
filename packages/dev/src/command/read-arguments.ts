import { parseArgs } from "node:util";

/** What the sidecar is to be started with. */
export interface SidecarWish {
  readonly wants: "sidecar";
  /** The path of Behalf's configuration file. */
  readonly config: string;
  readonly port: number;
  readonly service?: string;
  readonly header?: string;
}

/** What the command line asks for. */
export type CommandArguments =
  | { readonly wants: "server"; readonly port: number }
  | SidecarWish
  | { readonly wants: "usage" }
  | { readonly wants: "correction"; readonly problem: string };

const defaultPort = 4400;
const defaultSidecarPort = 4480;

/** How the command is used. */
export const usage: string = `Usage: behalf-dev [--port <number>]
       behalf-dev sidecar --config <file> [--service <name>] [--header <name>] [--port <number>]

Starts an authorization server for development on 127.0.0.1, or a sidecar in front of an API.

  --port <number>   the port to listen on; 0 takes a free one (default ${defaultPort}, the sidecar's ${defaultSidecarPort})
  --help            shows this

Of the sidecar:
  --config <file>   the configuration of Behalf, as JSON: "inbound" says what the clients bring, the service
                    what it is exchanged for
  --service <name>  the service to forward to (default: the only one)
  --header <name>   the header that carries the assertion to the API (default authorization)
`;

const options = {
  port: { type: "string" },
  help: { type: "boolean", short: "h" },
  config: { type: "string" },
  service: { type: "string" },
  header: { type: "string" },
} as const;

function correct(problem: string): CommandArguments {
  return { wants: "correction", problem };
}

/** Reads the command line. */
export function readArguments(words: readonly string[]): CommandArguments {
  const isSidecar = words[0] === "sidecar";
  try {
    const { values } = parseArgs({ args: words.slice(isSidecar ? 1 : 0), options });
    const { config, service, header } = values;
    if (values.help) return { wants: "usage" };
    const port = values.port ?? String(isSidecar ? defaultSidecarPort : defaultPort);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      return correct(`--port must be a number from 0 to 65535, not ${JSON.stringify(port)}.`);
    }
    if (isSidecar) {
      if (config === undefined) return correct("The sidecar needs --config.");
      return {
        wants: "sidecar",
        config,
        port: Number(port),
        ...(service === undefined ? {} : { service }),
        ...(header === undefined ? {} : { header }),
      };
    }
    const stray = Object.keys({ config, service, header }).find((name) => name in values);
    return stray === undefined
      ? { wants: "server", port: Number(port) }
      : correct(`--${stray} is an option of the sidecar: behalf-dev sidecar --${stray} …`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return correct(error.message);
  }
}
