import { pipeline } from "node:stream/promises";
import { Pool } from "undici";
import { blobLength } from "../../site/blob.ts";
import { blobPath } from "../../site/site.ts";
import { checkStored, createSink, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** Bare `Pool.request`: its body is a stream already. */
export const openUndiciRequestStreams: OpenTheStreams = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const authorization = `Bearer ${accessToken}`;
  return {
    async download(take) {
      const { body } = await pool.request({ path: blobPath, method: "GET", headers: { authorization } });
      await pipeline(body, createSink(take));
    },
    async upload() {
      const headers = { authorization, "content-length": String(blobLength) };
      const answer = await pool.request({ path: blobPath, method: "PUT", headers, body: openBlobStream() });
      await answer.body.dump();
      checkStored(answer.statusCode);
    },
    close: () => pool.close(),
  };
};
