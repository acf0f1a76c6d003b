import { describe, expect, it, vi } from "vitest";
import { createContextStorage } from "./context-storage.ts";
import { RequestContext } from "./request-context.ts";

interface Received {
  readonly context: RequestContext;
  readonly responseHeaders: ReadonlyMap<string, string>;
  readonly listenings: () => number;
  readonly hangUp: () => void;
}

function receive(rawHeaders: readonly string[] = []): Received {
  const responseHeaders = new Map<string, string>();
  const listeners: (() => void)[] = [];
  const incoming = {
    rawHeaders,
    setResponseHeader: (name: string, value: string) => void responseHeaders.set(name, value),
    onHangUp: (listener: () => void) => void listeners.push(listener),
  };
  return {
    context: new RequestContext(incoming, { messageIdHeader: "x-request-id" }),
    responseHeaders,
    listenings: () => listeners.length,
    hangUp: () => {
      for (const listener of listeners) listener();
    },
  };
}

describe("messageId", () => {
  it("is the one that came, and stands in the answer", () => {
    const { context, responseHeaders } = receive(["X-Request-Id", "abc-1"]);
    expect(context.messageId()).toBe("abc-1");
    expect(responseHeaders.get("x-request-id")).toBe("abc-1");
  });

  it.each(["", "a b", "a\nb", "<script>", "x".repeat(129)])("does not take %j", (given) => {
    const { context, responseHeaders } = receive(["x-request-id", given]);
    expect(context.messageId()).toBeUndefined();
    expect(responseHeaders.size).toBe(0);
  });

  it("is made once, when one is enforced, and stands in the answer", () => {
    const { context, responseHeaders } = receive();
    expect(context.messageId()).toBeUndefined();
    const made = context.messageId({ enforce: true });
    expect([context.messageId({ enforce: true }), context.messageId()]).toEqual([made, made]);
    expect(responseHeaders.get("x-request-id")).toBe(made);
  });
});

describe("headerValues", () => {
  it("gives every value, in whatever case the name came", () => {
    const { context } = receive(["X-A", "1", "x-b", "2", "x-a", "3"]);
    expect(context.headerValues("x-a")).toEqual(["1", "3"]);
    expect(context.headerValues("x-c")).toEqual([]);
  });
});

describe("signal", () => {
  it("costs nothing until it is asked for", () => {
    const { listenings } = receive();
    expect(listenings()).toBe(0);
  });

  it("takes any number of listeners without a warning", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const { signal } = receive().context;
    for (let count = 0; count < 100; count++) signal.addEventListener("abort", () => {});
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it("is one, and aborts when the caller hangs up", () => {
    const { context, hangUp, listenings } = receive();
    const { signal } = context;
    expect(context.signal).toBe(signal);
    expect([signal.aborted, listenings()]).toEqual([false, 1]);
    hangUp();
    expect([signal.aborted, signal.reason.name]).toEqual([true, "AbortError"]);
  });
});

describe("hangUp", () => {
  const listen = () => ({ abort: vi.fn<(reason: unknown) => void>() });

  it("tells everybody once, over one subscription", () => {
    const { context, hangUp, listenings } = receive();
    const all = [listen(), listen(), listen(), listen()] as const;
    const [, , third, fourth] = all;
    for (const one of all) context.hangUp.add(one);
    context.hangUp.delete(fourth);
    context.hangUp.delete(listen());
    hangUp();
    hangUp();
    expect(all.map(({ abort }) => abort.mock.calls.length)).toEqual([1, 1, 1, 0]);
    expect(third.abort.mock.calls[0]?.[0]).toMatchObject({ name: "AbortError" });
    expect(listenings()).toBe(1);
  });

  it("keeps the others when the first one is told no more", () => {
    const { context, hangUp } = receive();
    const [first, second, third] = [listen(), listen(), listen()];
    context.hangUp.add(first);
    context.hangUp.add(second);
    context.hangUp.delete(first);
    context.hangUp.add(third);
    hangUp();
    expect([first, second, third].map(({ abort }) => abort.mock.calls.length)).toEqual([0, 1, 1]);
  });

  it("tells at once who comes after the caller has hung up", () => {
    const { context, hangUp } = receive();
    context.hangUp.add(listen());
    hangUp();
    const late = listen();
    context.hangUp.add(late);
    expect(late.abort).toHaveBeenCalledTimes(1);
  });
});

describe.each([true, false])("createContextStorage, ambient: %s", (ambient) => {
  it("has no request outside of one", () => {
    expect(createContextStorage({ ambient }).current()).toBeUndefined();
  });

  it("finds the request in what is done at once, and leaves it again", () => {
    const storage = createContextStorage({ ambient });
    const { context } = receive();
    const found = storage.run(context, () => [
      storage.current(),
      storage.run(undefined, () => storage.current()),
      storage.current(),
    ]);
    expect(found).toEqual([context, undefined, context]);
    expect(storage.current()).toBeUndefined();
  });

  it("leaves it after work that throws", () => {
    const storage = createContextStorage({ ambient });
    const fail = (): never => {
      throw new Error("no");
    };
    expect(() => storage.run(receive().context, fail)).toThrow("no");
    expect(storage.current()).toBeUndefined();
  });

  it("keeps it in a snapshot, for later work in another one", async () => {
    const storage = createContextStorage({ ambient });
    const [one, other] = [receive().context, receive().context];
    const runAsOne = storage.run(one, () => storage.snapshot());
    await Promise.resolve();
    const found = storage.run(other, () => [runAsOne(() => storage.current()), storage.current()]);
    expect(found).toEqual([one, other]);
    expect(storage.snapshot()(() => storage.current())).toBeUndefined();
  });
});

describe("createContextStorage", () => {
  it("finds the request across asynchronous steps, and leaves it again", async () => {
    const storage = createContextStorage({ ambient: true });
    const { context } = receive();
    const found = await storage.run(context, async () => {
      await Promise.resolve();
      return [storage.current(), storage.run(undefined, () => storage.current()), storage.current()];
    });
    expect(found).toEqual([context, undefined, context]);
    expect(storage.current()).toBeUndefined();
  });

  it("does not find it across asynchronous steps, where it is not ambient", async () => {
    const storage = createContextStorage({ ambient: false });
    const found = await storage.run(receive().context, async () => {
      await Promise.resolve();
      return storage.current();
    });
    expect(found).toBeUndefined();
  });

  it("keeps two instances apart", () => {
    const [one, other] = [createContextStorage({ ambient: true }), createContextStorage({ ambient: true })];
    expect(one.run(receive().context, () => other.current())).toBeUndefined();
  });
});
