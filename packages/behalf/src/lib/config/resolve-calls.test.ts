import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type CallSettings, defaultCallSettings } from "../values/call-settings.ts";
import { resolveCallOverrides } from "./resolve-calls.ts";

/** What a program without types may write. */
const override = (given: object, calls: CallSettings = defaultCallSettings): CallSettings =>
  resolveCallOverrides(given, calls);

const refused = (given: object): RequestRefusedError => {
  try {
    override(given);
  } catch (error) {
    if (error instanceof RequestRefusedError) return error;
  }
  throw new Error("Nothing was refused.");
};

describe("a call that says nothing of how it is made", () => {
  it.each([{}, { timeoutMs: 5, query: {} }, { retry: undefined, hedge: undefined }])(
    "is made as the endpoint says: %j",
    (given) => {
      expect(override(given)).toBe(defaultCallSettings);
    },
  );
});

describe("a call", () => {
  const calls = override({ retry: { attempts: 9, budget: 1 }, hedge: { afterMs: 5 }, maxRedirects: 1 });

  it("takes the place of the endpoint's settings, each as a whole", () => {
    expect(override({ retry: { attempts: 2 }, maxResponseBytes: 7 }, calls)).toEqual({
      ...calls,
      maxResponseBytes: 7,
      retry: expect.objectContaining({ attempts: 2, budget: 0.2 }),
    });
  });

  it("leaves the endpoint's settings as they are", () => {
    override({ retry: false, maxRedirects: 5 }, calls);
    expect(calls).toMatchObject({ retry: { attempts: 9 }, maxRedirects: 1 });
    expect(Object.isFrozen(override({ maxRedirects: 5 }, calls))).toBe(true);
  });

  it("switches off what the endpoint does", () => {
    expect(override({ retry: false, hedge: false, maxRedirects: 0 }, calls)).toEqual(defaultCallSettings);
  });

  it("says nothing of what a call cannot override", () => {
    expect(override({ maxRedirects: 1, breaker: {}, bulkhead: false, compression: true, userAgent: "x" })).toEqual({
      ...defaultCallSettings,
      maxRedirects: 1,
    });
  });

  it.each([
    [{ retry: { attempts: 0 } }, "retry.attempts", /is the number 0. Give a positive whole number\.$/],
    [{ retry: { atempts: 2 } }, "retry.atempts", /is an unknown key. Write "attempts"\.$/],
    [{ retry: { methods: "POST" } }, "retry.methods.0", /Idempotency-Key/],
    [{ retry: true }, "retry", /Give false, or an object with attempts/],
    [{ hedge: {} }, "hedge.afterMs", /number of milliseconds/],
    [{ maxRedirects: 1.5 }, "maxRedirects", /whole number/],
    [{ maxResponseBytes: "1" }, "maxResponseBytes", /whole number/],
  ])("is refused for a value that cannot be used: %j", (given, subject, message) => {
    expect(refused(given)).toMatchObject({
      refusal: "option",
      subject,
      message: expect.stringMatching(message),
    });
  });
});

describe("the same options", () => {
  it("are checked once", () => {
    let reads = 0;
    const retry = {
      get attempts() {
        reads++;
        return 2;
      },
    };
    const given = { retry };
    const first = override(given);
    const once = reads;
    expect(override(given).retry).toBe(first.retry);
    expect(once).toBeGreaterThan(0);
    expect(reads).toBe(once);
  });

  it("are checked again when another value is written into them", () => {
    const given: { maxRedirects: unknown } = { maxRedirects: 1 };
    expect(override(given).maxRedirects).toBe(1);
    given.maxRedirects = 2;
    expect(override(given).maxRedirects).toBe(2);
    given.maxRedirects = -1;
    expect(refused(given).subject).toBe("maxRedirects");
    expect(refused(given).subject).toBe("maxRedirects");
  });

  it("are laid over whichever settings they are given for", () => {
    const given = { maxRedirects: 1 };
    const other = override({ maxResponseBytes: 9 });
    expect(override(given).maxResponseBytes).toBe(defaultCallSettings.maxResponseBytes);
    expect(override(given, other)).toMatchObject({ maxRedirects: 1, maxResponseBytes: 9 });
  });
});
