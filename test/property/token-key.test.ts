import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  digestFields,
  type PartyFields,
  partyFieldNames,
  type TargetFields,
  targetFieldNames,
  toPartyKey,
  toTargetKey,
  toTokenKey,
} from "../../packages/behalf/src/lib/tokens/token-key.ts";
import { chooseSeed } from "../support/seed.ts";

fc.configureGlobal({ seed: chooseSeed("token-key") });

type Fields = TargetFields & PartyFields;

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "a", "1:a", "0[", "ab"));
const list = fc.uniqueArray(text, { maxLength: 5 });

/** Every field that must be in a key, kept complete by the compiler, independent of the list that the code keeps. */
const target: { readonly [name in keyof TargetFields]: fc.Arbitrary<TargetFields[name]> } = {
  issuer: text,
  tokenEndpoint: text,
  clientId: text,
  clientAuthentication: text,
  grantType: text,
  audiences: list,
  resources: list,
  scopes: list,
  requestedTokenType: text,
  givenSubjectTokenType: text,
  extraParameters: list,
  proofThumbprint: text,
  tenant: text,
  precededBy: text,
  connection: text,
  policy: text,
};
const party: { readonly [name in keyof PartyFields]: fc.Arbitrary<PartyFields[name]> } = {
  subjectDigest: text,
  subjectTokenType: text,
  actorDigest: text,
  actorTokenType: text,
};

const targetFields = fc.record<TargetFields>(target);
const partyFields = fc.record<PartyFields>(party);
const targetNames = Object.keys(target) as (keyof TargetFields)[];
const partyNames = Object.keys(party) as (keyof PartyFields)[];
const names: readonly (keyof Fields)[] = [...targetNames, ...partyNames];
const listNames = ["audiences", "resources", "scopes", "extraParameters"] as const;

const toKey = (fields: Fields): string => toTokenKey(fields, fields);
const some: Fields = {
  ...Object.fromEntries(names.map((name) => [name, name])),
  ...Object.fromEntries(listNames.map((name) => [name, [name]])),
} as unknown as Fields;
const changed = (name: keyof Fields): Fields => ({
  ...some,
  [name]: (listNames as readonly string[]).includes(name) ? [name, "more"] : `${name}-changed`,
});

/** Whether two fields say the same: lists are sets. */
const same = (left: unknown, right: unknown): boolean =>
  Array.isArray(left) && Array.isArray(right)
    ? JSON.stringify([...left].sort()) === JSON.stringify([...right].sort())
    : left === right;

describe("the key of a token", () => {
  it.each(names)("tells two requests apart that differ in %s only", (name) => {
    expect(toKey(changed(name))).not.toBe(toKey(some));
  });

  it.each(names)("needs %s: without it, two different requests collide", (name) => {
    const all = [...targetFieldNames, ...partyFieldNames];
    const others = all.filter((one) => one !== name);
    expect(others).toHaveLength(all.length - 1);
    expect(digestFields(changed(name), others)).toBe(digestFields(some, others));
    expect(digestFields(changed(name), all)).not.toBe(digestFields(some, all));
  });

  it("has exactly these fields", () => {
    expect([...targetFieldNames].sort()).toEqual([...targetNames].sort());
    expect([...partyFieldNames].sort()).toEqual([...partyNames].sort());
  });

  it("changes with any one field, whatever stands in it", () => {
    const either = fc.tuple(targetFields, partyFields, targetFields, partyFields, fc.constantFrom(...names));
    fc.assert(
      fc.property(either, ([oneTarget, oneParty, otherTarget, otherParty, name]) => {
        const one: Fields = { ...oneTarget, ...oneParty };
        const other: Fields = { ...otherTarget, ...otherParty };
        fc.pre(!same(one[name], other[name]));
        expect(toKey({ ...one, [name]: other[name] })).not.toBe(toKey(one));
      }),
    );
  });

  it("is the same for lists in another order, and with an item twice", () => {
    const shuffled = fc
      .tuple(targetFields, partyFields, fc.constantFrom(...listNames))
      .chain(([oneTarget, oneParty, name]) => {
        const fields: Fields = { ...oneTarget, ...oneParty };
        const items = [...fields[name]];
        return fc.shuffledSubarray(items, { minLength: items.length }).map((order) => ({ fields, name, order }));
      });
    fc.assert(
      fc.property(shuffled, ({ fields, name, order }) => {
        expect(toKey({ ...fields, [name]: [...order, ...order.slice(0, 1)] })).toBe(toKey(fields));
      }),
    );
  });

  it("changes when a character moves across the boundary of two fields", () => {
    const neighbours = names.flatMap((name, index) => names.slice(index + 1).map((next) => [name, next] as const));
    const texts = neighbours.filter((pair) => pair.every((name) => typeof some[name] === "string"));
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.string({ minLength: 1 }), text, ([left, right], first, rest) => {
        const before: Fields = { ...some, [left]: first, [right]: rest };
        const after: Fields = { ...some, [left]: first.slice(0, -1), [right]: first.slice(-1) + rest };
        expect(toKey(after)).not.toBe(toKey(before));
      }),
    );
  });

  it("changes when a character or an item moves between lists", () => {
    const lists = (audiences: readonly string[], resources: readonly string[]): string =>
      toKey({ ...some, audiences, resources });
    const keys = [
      lists(["a", "b"], []),
      lists(["a"], ["b"]),
      lists(["ab"], []),
      lists(["a", ""], ["b"]),
      lists([], ["ab"]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("shows nothing of what it was made of", () => {
    fc.assert(
      fc.property(targetFields, partyFields, (oneTarget, oneParty) => {
        expect(toKey({ ...oneTarget, ...oneParty })).toMatch(/^[\w-]{43}$/);
      }),
    );
  });
});

describe("the two steps of a look-up", () => {
  it.each(targetNames)("tell targets apart by %s", (name) => {
    expect(toTargetKey(changed(name))).not.toBe(toTargetKey(some));
  });

  it.each(partyNames)("tell parties apart by %s, where somebody acts", (name) => {
    expect(toPartyKey(changed(name))).not.toBe(toPartyKey(some));
  });

  it("are the subject's digest alone, where nobody acts", () => {
    const alone = { subjectDigest: "s", subjectTokenType: "t", actorDigest: "", actorTokenType: "" };
    expect(toPartyKey(alone)).toBe("s");
  });
});
