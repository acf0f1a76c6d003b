import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeSidecar } from "./describe-sidecar.ts";
import { startConfiguredSidecar } from "./start-configured-sidecar.ts";

const folder = mkdtempSync(join(tmpdir(), "behalf-sidecar-"));
writeFileSync(join(folder, "secret"), "edge-secret");
afterAll(() => rmSync(folder, { recursive: true }));

const write = (configuration: object): string => {
  const config = join(folder, "behalf.json");
  writeFileSync(config, JSON.stringify(configuration));
  return config;
};

const configuration = {
  authority: "http://127.0.0.1:4400",
  clientId: "edge",
  clientSecret: `\${file:${join(folder, "secret")}}`,
  inbound: { type: "introspection", audience: "edge" },
  services: { "orders-api": { host: "http://127.0.0.1:4000", basePath: "/v1", audience: "orders-api" } },
};

describe("startConfiguredSidecar", () => {
  it("takes everything from the file", async () => {
    const sidecar = await startConfiguredSidecar({ wants: "sidecar", config: write(configuration), port: 0 });
    await sidecar.close();
    expect(sidecar.upstream).toBe("http://127.0.0.1:4000/v1");
    expect(describeSidecar(sidecar)).toContain(sidecar.tokenUrl);
  });

  it("says what the file lacks", async () => {
    const { authority: _authority, ...without } = configuration;
    const starting = startConfiguredSidecar({ wants: "sidecar", config: write(without), port: 0 });
    await expect(starting).rejects.toThrow(/authority/);
  });

  it("says which file cannot be read", async () => {
    const starting = startConfiguredSidecar({ wants: "sidecar", config: join(folder, "none.json"), port: 0 });
    await expect(starting).rejects.toThrow(/none\.json/);
  });
});
