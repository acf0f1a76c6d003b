import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { toWebStream } from "./to-web-stream.ts";

describe("a web stream", () => {
  it("gives what its source gives, to its end", async () => {
    const web = toWebStream(Readable.from([Buffer.from("one "), Buffer.from("two")], { objectMode: false }));
    expect(await new Response(web).text()).toBe("one two");
  });

  it("takes no more of its source than is read", async () => {
    let given = 0;
    const source = new Readable({
      read() {
        given += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const reader = toWebStream(source).getReader();
    await reader.read();
    await sleep(20);
    expect(given).toBeLessThan(4 * 65_536);
    await reader.cancel();
  });

  it("that is cancelled ends its source, though a chunk is on its way", async () => {
    const source = new PassThrough();
    source.write("one");
    const reader = toWebStream(source).getReader();
    await sleep(1);
    const read = reader.read();
    await reader.cancel();
    expect((await read).done).toBe(true);
    expect(source.destroyed).toBe(true);
    await sleep(5);
  });

  it("that is cancelled while nothing comes ends its source at once", async () => {
    const source = new PassThrough();
    await toWebStream(source).cancel(new Error("not wanted"));
    expect(source.errored).toMatchObject({ message: "not wanted" });
  });

  it.each([
    ["before", true],
    ["after", false],
  ])("fails with the error of its source, which came %s it", async (_when, before) => {
    const source = new PassThrough();
    source.on("error", () => {});
    const fail = (): unknown => source.destroy(new Error("gone"));
    if (before) fail();
    await sleep(1);
    const read = toWebStream(source).getReader().read();
    if (!before) fail();
    await expect(read).rejects.toThrow("gone");
  });

  it("fails when its source is destroyed", async () => {
    const source = new PassThrough();
    const read = toWebStream(source).getReader().read();
    source.destroy();
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
  });
});
