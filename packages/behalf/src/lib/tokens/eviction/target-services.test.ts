import { describe, expect, it } from "vitest";
import { someTarget } from "../../../../../../test/support/token-service.ts";
import { createTargetServices } from "./target-services.ts";

const ofService = (service: string) => someTarget({ service });

describe("the services of a target", () => {
  it.each([
    ["services.inventory", "inventory", true],
    ["services.inventory.endpoints.item", "inventory", true],
    ["services.inventory.old", "inventory", false],
    ["services.inventories", "inventory", false],
    ["services.inventory.old", "inventory.old", true],
    ["(root)", "root", false],
  ])("%s is of %s: %s", (path, service, expected) => {
    expect(createTargetServices().uses(ofService(path), service)).toBe(expected);
  });

  it("are all that were seen with its key", () => {
    const services = createTargetServices();
    const [one, other] = [ofService("services.inventory"), ofService("services.copy.endpoints.item")];
    for (const target of [one, other, one]) services.note(target);
    expect([services.uses(one, "copy"), services.uses(other, "inventory"), services.uses(one, "shipping")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("are not those of another key", () => {
    const services = createTargetServices();
    services.note(ofService("services.inventory"));
    expect(services.uses(someTarget({ service: "services.copy", clientId: "other" }), "inventory")).toBe(false);
  });
});
