import { describe, expect, it } from "vitest";
import { someErrand } from "../../../../../../test/support/sharing-process.ts";
import { TokenRefusedError } from "../../errors/token-refused-error.ts";
import { readRefusal, writeRefusal } from "./stored-refusal.ts";

const refusal = (error: string): TokenRefusedError =>
  new TokenRefusedError({ client: "orders-api", service: "-", grant: "tokenExchange", error, status: 400 });

describe("a refusal for other processes", () => {
  it("is read as it was written", () => {
    const text = writeRefusal(refusal("invalid_grant")) ?? "";
    expect(readRefusal(text, someErrand())).toMatchObject({
      code: "BEHALF_TOKEN_REFUSED",
      error: "invalid_grant",
      status: 400,
      client: "orders-api",
    });
  });

  it.each(["invalid_dpop_proof", "use_dpop_nonce", "invalid_client", "unauthorized_client"])(
    "is not written where it is about this process: %s",
    (error) => {
      expect(writeRefusal(refusal(error))).toBeUndefined();
    },
  );

  it("is not read from what is none", () => {
    expect(readRefusal("alone", someErrand())).toBeUndefined();
    expect(readRefusal('{"version":1,"alone":true}', someErrand())).toBeUndefined();
  });
});
