import { assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, it } from "vitest";
import { RequestRefusedError } from "../../packages/behalf/src/lib/errors/request-refused-error.ts";
import { BaseAddress } from "../../packages/behalf/src/lib/transport/base-address.ts";
import { fillPath } from "../../packages/behalf/src/lib/transport/path.ts";
import { climbs as climbsDecoded } from "../../packages/behalf/src/lib/values/climbs.ts";
import { parsePathTemplate } from "../../packages/behalf/src/lib/values/path-template.ts";

const base = BaseAddress.parse("https://inventory.example/v1");
const template = parsePathTemplate("/items/{sku}/stock");

const pieces = constantFrom("..", ".", "/", "\\", "%2e", "%2F", "%5c", ";", "?", "#", "@", ":", "\t", "\n", "a", "é");
const anyText = oneof(
  string({ unit: "grapheme" }),
  string({ unit: "binary" }),
  string({ unit: pieces, minLength: 1, maxLength: 6 }),
);

/** What a server would go up by that decodes separators, or drops path parameters. */
const climbs = {
  test: (sku: string): boolean => /(^|[/\\])\.\.?([;/\\]|$)/.test(sku) || climbsDecoded(`/${sku}`),
};

function fillOrRefuse(sku: string): string | undefined {
  try {
    return fillPath(template, { sku });
  } catch (error) {
    if (error instanceof RequestRefusedError) return undefined;
    throw error;
  }
}

function resolveOrRefuse(target: string): string | undefined {
  try {
    return base.resolve(target);
  } catch (error) {
    if (error instanceof RequestRefusedError) return undefined;
    throw error;
  }
}

describe("fillPath", () => {
  it("keeps every value in its segment, and the segment decodes back to it", () => {
    assert(
      property(anyText, (sku) => {
        const path = fillOrRefuse(sku);
        if (path === undefined) return sku === "" || climbs.test(sku) || /[\ud800-\udfff]/u.test(sku);
        if (climbs.test(sku)) return false;
        const [empty, version, items, segment, stock, ...rest] = new URL(`/v1${path}`, base.origin).pathname.split("/");
        const fixed = [empty, version, items, stock, rest.length].join();
        return fixed === ",v1,items,stock,0" && decodeURIComponent(segment ?? "") === sku;
      }),
    );
  });
});

describe("BaseAddress", () => {
  it("lets no target out of its origin and base path", () => {
    assert(
      property(
        oneof(
          anyText,
          string({ unit: "grapheme" }).map((text) => `https:${text}`),
        ),
        (target) => {
          const path = resolveOrRefuse(target);
          if (path === undefined) return true;
          const url = new URL(`${base.origin}${path}`);
          return url.origin === base.origin && (url.pathname === "/v1" || url.pathname.startsWith("/v1/"));
        },
      ),
    );
  });
});
