import { Pool } from "undici";
import { blobLength } from "../../site/blob.ts";
import { blobPath } from "../../site/site.ts";
import { checkStored, createSink, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** Bare `Pool.stream`, which writes what arrives into a stream of the caller's. */
export const openUndiciStream: OpenTheStreams = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const authorization = `Bearer ${accessToken}`;
  return {
    async download(take) {
      await pool.stream({ path: blobPath, method: "GET", headers: { authorization } }, () => createSink(take));
    },
    async upload() {
      let status = 0;
      const headers = { authorization, "content-length": String(blobLength) };
      await pool.stream({ path: blobPath, method: "PUT", headers, body: openBlobStream() }, ({ statusCode }) => {
        status = statusCode;
        return createSink(() => {});
      });
      checkStored(status);
    },
    close: () => pool.close(),
  };
};
