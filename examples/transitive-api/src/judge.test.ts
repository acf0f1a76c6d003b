import { describe, expect, it } from "vitest";
import { some } from "../test/some.ts";
import { type Evidence, judge } from "./judge.ts";

const issued = { subject: "alice", audience: "inventory", outcome: "issued" };

describe("judge", () => {
  it("finds nothing wrong when everything is right", () => {
    expect(judge(some.evidence())).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ["alice's request for sku-1 was answered with 502.", { answers: [some.answer({ status: 502 })] }],
    [
      "alice's request for sku-1 was answered with the name Bob Baker.",
      { answers: [some.answer({ customer: "Bob Baker" })] },
    ],
    [
      "alice's request for sku-1 was answered with what was served to bob.",
      { answers: [some.answer({ servedTo: ["bob"] })] },
    ],
    [
      "alice's request for sku-1 was answered with what was served to nobody.",
      { answers: [some.answer({ servedTo: [] })] },
    ],
    ["1 requests were sent, but 0 answers came.", { answers: [] }],
    ["A hop to inventory was made for bob, who has sent nothing.", { hops: [some.hop({ sub: "bob" })] }],
    ["A hop to inventory came with a token for pricing.", { hops: [some.hop({ aud: "pricing" })] }],
    ["A hop to inventory came with a token in which nobody acts.", { hops: [some.hop({ act: undefined })] }],
    ["A hop to inventory is missing from the records of the orders API.", { hops: [some.hop({ call: undefined })] }],
    ["1 hops had to be made, but the backends saw 0.", { hops: [] }],
    ["alice's token was exchanged 0 times for inventory, instead of once.", { exchanges: [] }],
    ["alice's token was exchanged 2 times for inventory, instead of once.", { exchanges: [issued, issued] }],
    [
      "An exchange for alice and inventory was refused: invalid_scope.",
      { exchanges: [{ ...issued, outcome: "invalid_scope" }] },
    ],
    [
      "1 exchanges were made for nobody and nothing that had asked.",
      { exchanges: [issued, { ...issued, subject: "bob" }] },
    ],
  ])("says: %s", (problem, differences) => {
    expect(judge(some.evidence(differences))).toEqual([problem]);
  });
});
