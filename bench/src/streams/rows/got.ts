import { Agent } from "node:http";
import { pipeline } from "node:stream/promises";
import got from "got";
import { blobLength } from "../../site/blob.ts";
import { blobPath } from "../../site/site.ts";
import { createSink, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** got and its streams, which reject what is no success by themselves. */
export const openGotStreams: OpenTheStreams = async ({ backend, accessToken }) => {
  const agent = new Agent({ keepAlive: true });
  const url = `${backend}${blobPath}`;
  const instance = got.extend({ agent: { http: agent }, headers: { authorization: `Bearer ${accessToken}` } });
  return {
    download: (take) => pipeline(instance.stream(url), createSink(take)),
    upload: () =>
      pipeline(
        openBlobStream(),
        instance.stream.put(url, { headers: { "content-length": String(blobLength) } }),
        createSink(() => {}),
      ),
    close: async () => agent.destroy(),
  };
};
