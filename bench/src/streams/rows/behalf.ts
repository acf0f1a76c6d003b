import { pipeline } from "node:stream/promises";
import { createBehalf } from "behalf";
import { audience, client } from "../../site/site.ts";
import { checkStored, createSink, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** Behalf for the API itself: the token from memory, the body as a stream. */
export const openBehalfStreams: OpenTheStreams = async ({ backend, authority }) => {
  const behalf = createBehalf({
    authority,
    clientId: client.id,
    clientSecret: client.secret,
    environment: false,
    services: {
      inventory: {
        host: backend,
        basePath: "/v1",
        audience,
        grantType: "clientCredentials",
        endpoints: { blob: "/blobs/{id}" },
      },
    },
  });
  const blob = behalf.service("inventory").endpoint("blob");
  const params = { id: "1" };
  return {
    async download(take) {
      await pipeline(await blob.get({ params }).stream().unwrap(), createSink(take));
    },
    async upload() {
      const answer = await blob.put({ params, body: openBlobStream() }).unwrap();
      checkStored(answer.status);
    },
    close: () => behalf.close(),
  };
};
