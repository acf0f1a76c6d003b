import { pipeline, type Readable, Transform } from "node:stream";

/** Gives a stream that breaks with an error once more bytes come than may; its source ends with it. */
export function boundStream(source: Readable, maxBytes: number, toError: () => Error): Readable {
  let length = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      length += chunk.length;
      if (length > maxBytes) callback(toError());
      else callback(null, chunk);
    },
  });
  // Who reads the stream gets the error.
  pipeline(source, bounded, () => {});
  return bounded;
}
