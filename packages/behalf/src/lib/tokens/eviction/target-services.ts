import { LRUCache } from "lru-cache";
import type { TokenTarget } from "../token-target.ts";

/** Which services use the tokens of a target: two may, for a token is not told apart by who has asked for it. */
export interface TargetServices {
  note(target: TokenTarget): void;
  /** Whether the tokens of a target are used for a service, or one of its endpoints. */
  uses(target: TokenTarget, service: string): boolean;
}

const mostTargets = 10_000;

const isOf = (configPath: string, service: string): boolean => {
  const path = `services.${service}`;
  return configPath === path || configPath.startsWith(`${path}.endpoints.`);
};

/** Creates the memory of who uses what. Of a target that was forgotten, it knows who asked for its tokens first. */
export function createTargetServices(): TargetServices {
  const paths = new LRUCache<string, Set<string>>({ max: mostTargets });

  return {
    note({ key, request: { service } }) {
      const known = paths.get(key);
      if (known) known.add(service);
      else paths.set(key, new Set([service]));
    },
    uses({ key, request }, service) {
      if (isOf(request.service, service)) return true;
      for (const path of paths.peek(key) ?? []) if (isOf(path, service)) return true;
      return false;
    },
  };
}
