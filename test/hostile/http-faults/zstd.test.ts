import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { acceptedCodings } from "../../../packages/behalf/src/lib/transport/content-codings.ts";
import type { WireAnswer } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { megabyte, openCoded, plain, readStream, sendsCoded, toText, watchMemory, zstd } from "./coded-answers.ts";

const unreadable = { name: "TransportError", failure: "unreadable" };

async function read(bytes: Buffer, streams: boolean): Promise<string> {
  const { send } = await openCoded(sendsCoded({ coding: "zstd", bytes }));
  const answer: WireAnswer = await send({ streams });
  return streams ? readStream(answer.stream) : toText(answer);
}

/** The settings of the format by their numbers: the level, the window as a power of two, whether there is a checksum. */
const setting = { level: 100, windowLog: 101, checksum: 201 } as const;

if (!zstd) console.warn("Tests of answers in zstd are skipped: this line of Node has none (22.15 and later do).");

describe.skipIf(zstd)("zstd, where Node has none", () => {
  it("is not asked for", () => {
    expect(acceptedCodings).toBe("gzip, br, deflate");
  });

  it.each([false, true])("is an error (stream: %s)", async (streams) => {
    const frame = Buffer.from("28b52ffd0001000061", "hex");
    await expect(read(frame, streams)).rejects.toMatchObject(unreadable);
  });
});

function describeZstd(code: NonNullable<typeof zstd>): void {
  const frame = code(plain);
  const checked = code(plain, { params: { [setting.checksum]: 1 } });
  const skippable = Buffer.concat([Buffer.from("502a4d1804000000", "hex"), Buffer.from("skip")]);
  const broken = Buffer.from(frame);
  broken.fill(0xff, 10, 30);
  const wrongSum = Buffer.from(checked);
  wrongSum.writeUInt8(wrongSum.readUInt8(wrongSum.length - 1) ^ 1, wrongSum.length - 1);

  it("is asked for", () => {
    expect(acceptedCodings).toBe("gzip, br, deflate, zstd");
  });

  describe.each([false, true])("(stream: %s)", (streams) => {
    it.each([
      ["one frame", frame, 1],
      ["a frame with a checksum", checked, 1],
      ["two frames", Buffer.concat([frame, checked]), 2],
      ["an empty frame before one", Buffer.concat([code(""), frame]), 1],
      ["frames among those to be skipped", Buffer.concat([skippable, frame, skippable, checked, skippable]), 2],
      ["nothing but a frame to be skipped", skippable, 0],
      ["an empty frame", code(""), 0],
      ["nothing", Buffer.alloc(0), 0],
    ] as const)("of %s is expanded to its end", async (_case, bytes, times) => {
      expect(await read(bytes, streams)).toBe(plain.repeat(times));
    });

    it.each([
      ["that is none", Buffer.from(plain)],
      ["that is broken", broken],
      ["that is cut off in its beginning", frame.subarray(0, 3)],
      ["that is cut off by a byte", frame.subarray(0, -1)],
      ["that is cut off before its checksum", checked.subarray(0, -4)],
      ["with a wrong checksum", wrongSum],
      ["whose second frame is cut off", Buffer.concat([frame, frame.subarray(0, -9)])],
      ["with something else behind it", Buffer.concat([frame, Buffer.from("and more")])],
    ] as const)("%s is an error", async (_case, bytes) => {
      await expect(read(bytes, streams)).rejects.toMatchObject(unreadable);
    });

    it("that is not made smaller is expanded", async () => {
      const text = randomBytes(3 * megabyte).toString("latin1");
      expect(await read(code(Buffer.from(text, "latin1")), streams)).toBe(Buffer.from(text, "latin1").toString());
    });
  });

  it("that wants a larger window than the web allows is an error", async () => {
    const params = { [setting.level]: 19, [setting.windowLog]: 27 };
    await expect(read(code(Buffer.alloc(64 * megabyte), { params }), false)).rejects.toMatchObject(unreadable);
  });

  it("that wants the largest window of the web is expanded", async () => {
    const params = { [setting.windowLog]: 23 };
    const zeros = Buffer.alloc(9 * megabyte);
    expect(await read(code(zeros, { params }), false)).toHaveLength(zeros.length);
  });

  it.each(["zstd", "zstd, gzip"])("that is a bomb fails, and memory does not grow (%s)", async (coding) => {
    const bomb = code(Buffer.alloc(512 * megabyte));
    const bytes = coding === "zstd" ? bomb : gzipSync(bomb);
    const { send } = await openCoded(sendsCoded({ coding, bytes }));
    const grown = await watchMemory(() =>
      expect(send({ maxBytes: 10 * megabyte })).rejects.toMatchObject({ failure: "tooLarge", status: 200 }),
    );
    console.log(`a bomb of ${bytes.length} bytes in ${coding}: rss +${grown.rssMb} MB, buffers +${grown.outsideMb} MB`);
    expect(grown.outsideMb).toBeLessThan(64);
  });

  it("that stands for nothing is not expanded without end", async () => {
    const longSkip = Buffer.alloc(2 * megabyte);
    longSkip.writeUInt32LE(0x184d2a50, 0);
    longSkip.writeUInt32LE(longSkip.length - 8, 4);
    const { send } = await openCoded(sendsCoded({ coding: "zstd", bytes: longSkip }));
    await expect(send()).rejects.toMatchObject(unreadable);
  });

  it("as a stream waits for who reads it", async () => {
    const { send } = await openCoded(sendsCoded({ coding: "zstd", bytes: code(Buffer.alloc(512 * megabyte)) }));
    const { stream } = await send({ streams: true });
    const grown = await watchMemory(async () => {
      let length = 0;
      for await (const chunk of stream ?? []) {
        length += chunk.length;
        if (length > 200 * megabyte) break;
      }
      expect(length).toBeGreaterThan(200 * megabyte);
    });
    expect(grown.outsideMb).toBeLessThan(64);
  });
}

describe.runIf(zstd)("an answer in zstd", () => {
  if (zstd) describeZstd(zstd);
});
