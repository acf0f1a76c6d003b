import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^behalf$/, replacement: source("packages/behalf/src/index.ts") },
      { find: /^behalf\/(fastify|express|redis|testing)$/, replacement: source("packages/behalf/src/$1.ts") },
      { find: /^@behalf\/dev$/, replacement: source("packages/dev/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/**/src/**/*.test.ts", "examples/**/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    expect: { poll: { interval: 5 } },
  },
});
