import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CriteriaRequest, parseCriteria } from "../../packages/behalf/src/lib/values/criteria.ts";
import { chooseSeed } from "../support/seed.ts";

const seed = chooseSeed("criteria");

type Operator = "==" | "!=" | "~~" | "!~";
type Expression =
  | { readonly kind: "compare"; readonly operand: Operand; readonly operator: Operator; readonly value: string }
  | { readonly kind: "not"; readonly inner: Expression }
  | { readonly kind: "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "or"; readonly left: Expression; readonly right: Expression };
type Operand = { readonly of: "url" } | { readonly of: "headers" | "query"; readonly name: string };
type World = { readonly headers: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, string>> };

const names = ["a", "x-real", "c"] as const;
const text = fc.oneof(
  fc.constantFrom("", "yes", "/b", "a b", "&&", "a||b", "!(", "'", "==", "url"),
  fc.string({ maxLength: 4 }).filter((value) => !value.includes('"')),
);
const name = fc.constantFrom(...names);
const operand: fc.Arbitrary<Operand> = fc.oneof(
  fc.constant({ of: "url" as const }),
  fc.record({ of: fc.constantFrom("headers" as const, "query" as const), name }),
);
const operator = fc.constantFrom<Operator[]>("==", "!=", "~~", "!~");

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.record({ kind: fc.constant("compare" as const), operand, operator, value: text }),
    fc.record({ kind: fc.constant("not" as const), inner: tie("expression") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("expression"),
      right: tie("expression"),
    }),
  ),
}));
const world: fc.Arbitrary<World> = fc.record({
  headers: fc.dictionary(name, text, { noNullPrototype: true }),
  query: fc.dictionary(name, text, { noNullPrototype: true }),
});

const strength = { or: 0, and: 1, not: 2, compare: 3 } as const;
const isBare = /^(?![=!~])[^\s()'"&|]+$/;

/** Prints with as few parentheses as precedence allows, so that it is put to the test. */
function print(one: Expression, least = 0): string {
  const inside = printInside(one);
  return strength[one.kind] < least ? `(${inside})` : inside;
}

function printInside(one: Expression): string {
  if (one.kind === "not") return `!${print(one.inner, strength.not)}`;
  if (one.kind === "compare") {
    const read = one.operand.of === "url" ? "url" : `${one.operand.of}[${one.operand.name}]`;
    return `${read} ${one.operator} ${isBare.test(one.value) ? one.value : `"${one.value}"`}`;
  }
  const sign = one.kind === "and" ? "&&" : "||";
  return `${print(one.left, strength[one.kind])} ${sign} ${print(one.right, strength[one.kind])}`;
}

function evaluate(one: Expression, given: World, url: string): boolean {
  if (one.kind === "not") return !evaluate(one.inner, given, url);
  if (one.kind === "and") return evaluate(one.left, given, url) && evaluate(one.right, given, url);
  if (one.kind === "or") return evaluate(one.left, given, url) || evaluate(one.right, given, url);
  const found = one.operand.of === "url" ? url : given[one.operand.of][one.operand.name];
  const equal = found !== undefined && found === one.value;
  const holds = found !== undefined && found.indexOf(one.value) >= 0;
  return { "==": equal, "!=": !equal, "~~": holds, "!~": !holds }[one.operator];
}

describe("criteria", () => {
  it("give the verdict of the expression that was printed", () => {
    const property = fc.property(expression, world, (one, given) => {
      const printed = print(one);
      fc.pre(printed.length <= 2_000);
      const url = `/b?${new URLSearchParams({ ...given.query })}`;
      const request: CriteriaRequest = { method: "GET", url, header: (wanted) => given.headers[wanted] };
      expect(parseCriteria(printed)(request)).toBe(evaluate(one, given, url));
    });
    fc.assert(property, { seed, numRuns: 2_000 });
  });

  it("are parsed or refused with a TypeError, whatever they are", () => {
    const part = fc.constantFrom("url", "headers[a]", "query[a]", "==", "~~", "!", "(", ")", "&&", "||", "'", " ", "b");
    const property = fc.property(fc.array(fc.oneof(part, fc.string())), (parts) => {
      try {
        expect(typeof parseCriteria(parts.join(""))({ method: "", url: "", header: () => "b" })).toBe("boolean");
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    });
    fc.assert(property, { seed, numRuns: 2_000 });
  });
});
