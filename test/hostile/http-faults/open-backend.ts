import { text } from "node:stream/consumers";
import { BehalfError, type Call, createBehalf } from "behalf";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import type { Script, ScriptedServer } from "./scripted-server.ts";
import { type Expected, good, sends } from "./vocabulary.ts";

/** How the body of an answer is read. */
export type Reader = "text" | "stream";

/** Reads a call to its end: what the caller gets. */
export async function read(call: Call, reader: Reader): Promise<Expected> {
  try {
    if (reader === "stream") return { status: 200, body: await text(await call.stream().unwrap()) };
    const answer = await call.unwrap();
    return { status: answer.status, body: answer.text() };
  } catch (error) {
    if (!BehalfError.is(error)) throw error;
    return { code: error.code };
  }
}

/** What an instance is opened for. */
export interface BackendParts {
  readonly as: ScriptedAs;
  readonly server: ScriptedServer;
  /** What answers requests to `/fault`. */
  readonly script: Script;
  /** Who vouches for the server, PEM. */
  readonly ca?: string;
}

/** The only service of an instance. */
export type Backend = ReturnType<typeof openBackend>;

/** Opens an instance whose one backend is this server: `/fault` goes wrong, `/next` does not. */
export function openBackend({ as, server, script, ca }: BackendParts) {
  server.on("/fault", script);
  server.on("/next", sends(good("fine")));
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      services: {
        backend: {
          host: server.url,
          grantType: "none",
          ...(ca === undefined ? {} : { ca }),
          endpoints: { fault: "/fault", next: "/next" },
        },
      },
    }),
  );
  return behalf.service("backend");
}
