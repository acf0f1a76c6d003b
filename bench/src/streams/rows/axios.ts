import { Agent } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import axios from "axios";
import { blobLength } from "../../site/blob.ts";
import { blobPath } from "../../site/site.ts";
import { checkStored, createSink, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** axios with bodies as streams; it follows no redirect, for it would keep the body in memory otherwise. */
export const openAxiosStreams: OpenTheStreams = async ({ backend, accessToken }) => {
  const httpAgent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${accessToken}` };
  const instance = axios.create({ baseURL: backend, httpAgent, headers, maxRedirects: 0 });
  return {
    async download(take) {
      const { data: body } = await instance.get<Readable>(blobPath, { responseType: "stream" });
      await pipeline(body, createSink(take));
    },
    async upload() {
      const answer = await instance.put(blobPath, openBlobStream(), {
        headers: { "content-type": "application/octet-stream", "content-length": blobLength },
      });
      checkStored(answer.status);
    },
    close: async () => httpAgent.destroy(),
  };
};
