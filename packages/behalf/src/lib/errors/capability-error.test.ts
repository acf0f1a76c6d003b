import { describe, expect, it } from "vitest";
import { BehalfError } from "./behalf-error.ts";
import { CapabilityError } from "./capability-error.ts";

describe("CapabilityError", () => {
  it.each([
    ["unreadable", "encryptionKeys"],
    ["expired", "Make a new one"],
    ["service", "Name every service"],
    ["tenant", "Use it for the tenant"],
    ["issuer", '"authority"'],
    ["client", '"clientId"'],
    ["unsealable", 'Configure "encryptionKeys"'],
  ] as const)("says for %s what to do", (reason, fix) => {
    const error = new CapabilityError(reason);
    expect(error).toMatchObject({ name: "CapabilityError", code: "BEHALF_CAPABILITY_REFUSED", reason });
    expect(error.message).toContain(fix);
    expect(BehalfError.is(error)).toBe(true);
  });
});
