import { Readable } from "node:stream";
import { blobPath } from "../../site/site.ts";
import { checkStored, openBlobStream } from "../chunks.ts";
import type { OpenTheStreams } from "../stream-row.ts";

/** The global `fetch` and its web streams. */
export const openFetchStreams: OpenTheStreams = async ({ backend, accessToken }) => {
  const url = `${backend}${blobPath}`;
  const headers = { authorization: `Bearer ${accessToken}` };
  return {
    async download(take) {
      const { body } = await fetch(url, { headers });
      if (!body) throw new Error("The answer has no body.");
      for await (const chunk of body) take(chunk);
    },
    async upload() {
      const body = Readable.toWeb(openBlobStream());
      const answer = await fetch(url, { method: "PUT", headers, body, duplex: "half" });
      await answer.arrayBuffer();
      checkStored(answer.status);
    },
    close: async () => {},
  };
};
