import { describe, expect, it } from "vitest";
import { Secret } from "../../values/secret.ts";
import { AuthNode } from "../auth-node.ts";
import { fromProvider } from "../reference.ts";
import type { SecretSource } from "../service-auth-config.ts";
import { createSecretList } from "./secret-list.ts";
import { createTextSource } from "./text-source.ts";

const authContext = { grantType: "clientCredentials", authConfig: new AuthNode("", {}) } as const;

/** Sources whose texts a test can change. */
function listOf(...texts: (string | undefined)[]): { readonly list: SecretSource; readonly texts: typeof texts } {
  const sources = texts.map((_, index) =>
    createTextSource({ notation: `\${env:S${index}}`, readText: () => texts[index] }),
  );
  return { list: createSecretList(sources), texts };
}

const read = async (list: SecretSource, refused?: string): Promise<string | undefined> => {
  const secret = await list.read(authContext, { refused: refused === undefined ? undefined : new Secret(refused) });
  return secret?.value();
};

describe("createSecretList", () => {
  it("gives the first one", async () => {
    const { list } = listOf("a", "b");
    expect([await read(list), list.peek()?.value()]).toEqual(["a", "a"]);
  });

  it("moves on when one is refused, and stays there", async () => {
    const { list } = listOf("a", "b", "c");
    expect(await read(list, "a")).toBe("b");
    expect([await read(list), list.peek()?.value()]).toEqual(["b", "b"]);
  });

  it("gives a late refusal of the first the one that is used by now", async () => {
    const { list } = listOf("a", "b", "c");
    expect([await read(list, "a"), await read(list, "a")]).toEqual(["b", "b"]);
  });

  it("comes back to the first when the last is refused", async () => {
    const { list } = listOf("a", "b");
    expect([await read(list, "a"), await read(list, "b")]).toEqual(["b", "a"]);
  });

  it("passes over another copy of the refused one", async () => {
    const { list } = listOf("a", "a", "b");
    expect(await read(list, "a")).toBe("b");
  });

  it("leaves out what does not exist any more", async () => {
    const { list, texts } = listOf("a", "b");
    texts[0] = undefined;
    expect(await read(list)).toBe("b");
    texts[0] = "a";
    expect(await read(list)).toBe("a");
  });

  it("gives nothing when all are refused or gone", async () => {
    const { list } = listOf("a", undefined, "a");
    expect(await read(list, "a")).toBeUndefined();
  });

  it("takes a refused one that has changed in its place", async () => {
    const { list, texts } = listOf("a", "b");
    texts[0] = "a2";
    expect(await read(list, "a")).toBe("a2");
  });

  it("asks providers in their turn", async () => {
    const asked: (string | undefined)[] = [];
    const provider = fromProvider(async (_, { refused }) => {
      asked.push(refused?.value());
      return "b";
    });
    const list = createSecretList([createTextSource({ notation: "given", readText: () => "a" }), provider]);
    expect(await read(list)).toBe("a");
    expect(await read(list, "a")).toBe("b");
    expect(asked).toEqual(["a"]);
  });
});

describe("fromProvider", () => {
  it.each([["text"], [new Secret("text")]])("gives what the function gives as a secret", async (value) => {
    const source = fromProvider(() => value);
    expect((await source.read(authContext))?.value()).toBe("text");
    expect([source.notation, source.peek()]).toEqual(["provider", undefined]);
  });

  it.each([[""], [undefined], [new Secret("")]])("gives nothing for nothing: %s", async (value) => {
    expect(await fromProvider(() => value).read(authContext)).toBeUndefined();
    expect(await fromProvider(async () => value).read(authContext)).toBeUndefined();
  });

  it("tells the function who asks, and what was refused", async () => {
    const asked: unknown[] = [];
    const source = fromProvider((...given) => {
      asked.push(given);
      return "same";
    });
    const refused = new Secret("same");
    const { signal } = new AbortController();
    expect(await source.read(authContext, { signal, refused })).toBeUndefined();
    expect(asked).toEqual([[authContext, { signal, refused }]]);
  });

  it("keeps where it is told how", async () => {
    const kept: string[] = [];
    const source = fromProvider(() => "a", { keep: (secret) => void kept.push(secret.value()) });
    await source.keep?.(new Secret("b"), authContext);
    expect(kept).toEqual(["b"]);
    expect(fromProvider(() => "a").keep).toBeUndefined();
  });
});
