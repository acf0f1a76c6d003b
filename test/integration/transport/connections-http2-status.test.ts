import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";

const frameTypes = { headers: 1, settings: 4 } as const;
const acknowledged = 1;
const endStreamAndHeaders = 5;
const prefaceLength = 24;
const headLength = 9;

function toFrame([type, flags]: readonly [number, number], stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Answers every request by this status alone, whatever it is: a literal field with the first name of the static table (`:status`). */
function answerBy(status: string): (socket: TLSSocket) => void {
  const answer = Buffer.concat([Buffer.of(0x08, status.length), Buffer.from(status)]);
  return (socket) => {
    let seen = Buffer.alloc(0);
    let begun = false;
    socket.on("error", () => {});
    socket.write(toFrame([frameTypes.settings, 0], 0));
    socket.on("data", (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (!begun && seen.length >= prefaceLength) {
        begun = true;
        seen = seen.subarray(prefaceLength);
      }
      while (begun && seen.length >= headLength && seen.length >= headLength + seen.readUIntBE(0, 3)) {
        const [type, flags, stream] = [seen[3], seen[4] ?? 0, seen.readUInt32BE(5)];
        seen = seen.subarray(headLength + seen.readUIntBE(0, 3));
        if (type === frameTypes.settings && flags === 0) socket.write(toFrame([frameTypes.settings, acknowledged], 0));
        if (type === frameTypes.headers)
          socket.write(toFrame([frameTypes.headers, endStreamAndHeaders], stream, answer));
      }
    });
  };
}

it.each(["099", "000"])("an HTTP/2 answer of status %s ends by an error", async (status) => {
  const authority = await createCertificateAuthority();
  const { certificate, privateKey } = await authority.issueServer();
  const server = createServer({ cert: certificate, key: privateKey, ALPNProtocols: ["h2"] }, answerBy(status));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const identity = createConnectionIdentity({ slot: "a", ca: authority.certificate });
  const connections = someConnections({ http2: true });
  const wire = toWireRequest(`https://127.0.0.1:${port}`, { identity, connections, timeoutMs: 1_000 });
  await expect(openTransport().send(wire)).rejects.toMatchObject({ name: "TransportError" });
});
