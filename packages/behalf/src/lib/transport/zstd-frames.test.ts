import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ZstdFrames } from "./zstd-frames.ts";

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");

/** Frames by hand, after RFC 8878 section 3.1. */
const frames = {
  "one raw block": hex("28b52ffd 20 02 110000 6162"),
  "a window, two blocks and a checksum": hex("28b52ffd 04 00 100000 6162 090000 63 00000000"),
  "a block of one byte many times": hex("28b52ffd 20 ff fb0700 61"),
  "an empty block": hex("28b52ffd 20 00 010000"),
  "a dictionary of one byte": hex("28b52ffd 21 07 01 090000 61"),
  "a dictionary of two bytes, a size of two": hex("28b52ffd 42 00 0700 0100 090000 61"),
  "a dictionary of four bytes, a size of four": hex("28b52ffd a3 07000000 01000000 090000 61"),
  "a size of eight bytes": hex("28b52ffd c0 00 0100000000000000 090000 61"),
  "what is to be skipped": hex("5f2a4d18 03000000 28b52f"),
  "nothing to be skipped": hex("502a4d18 00000000"),
};

const listed: readonly Buffer[] = Object.values(frames);

/** Lists the pieces that come out of these chunks. */
async function cut(chunks: readonly Buffer[]): Promise<readonly Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(chunks).compose(new ZstdFrames())) pieces.push(piece);
  return pieces;
}

/** Cuts a body at these places. */
function split(body: Buffer, places: readonly number[]): readonly Buffer[] {
  const sorted = [0, ...places.map((place) => place % body.length), body.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => body.subarray(sorted[index], end));
}

/** Where each of these ends, when they follow each other. */
const listEnds = (pieces: readonly Buffer[]): readonly number[] =>
  pieces.map((_, index) => pieces.slice(0, index + 1).reduce((length, piece) => length + piece.length, 0));

const anyFrames = fc.array(fc.constantFrom(...listed), { minLength: 1, maxLength: 6 });
const anyPlaces = fc.array(fc.nat(), { maxLength: 8 });

describe("ZstdFrames", () => {
  it.each(Object.entries(frames))("cuts after a frame with %s", async (_name, frame) => {
    expect(await cut([Buffer.concat([frame, frame])])).toEqual([frame, frame]);
  });

  it("gives every byte on, and no piece of two frames", async () => {
    const property = fc.asyncProperty(anyFrames, anyPlaces, async (some, places) => {
      const body = Buffer.concat(some);
      const pieces = await cut(split(body, places));
      expect(Buffer.concat(pieces).equals(body)).toBe(true);
      expect(listEnds(pieces)).toEqual(expect.arrayContaining([...listEnds(some)]));
    });
    await fc.assert(property);
  });

  it("fails when the last frame is cut off, wherever it is", async () => {
    const property = fc.asyncProperty(anyFrames, anyPlaces, fc.nat(), async (some, places, at) => {
      const last = some.at(-1) ?? Buffer.alloc(0);
      const lost = 1 + (at % (last.length - 1));
      const body = Buffer.concat(some).subarray(0, -lost);
      await expect(cut(split(body, places))).rejects.toThrow("The last frame of zstd is cut off.");
    });
    await fc.assert(property);
  });

  it("fails when something else stands where a frame is to begin", async () => {
    await expect(cut([Buffer.concat([frames["one raw block"], Buffer.from("else")])])).rejects.toThrow(
      "A frame of zstd does not begin as one.",
    );
  });

  it("gives nothing of an empty body", async () => {
    expect(await cut([])).toEqual([]);
  });
});
