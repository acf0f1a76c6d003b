import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";
import { createMemoryStore } from "./memory-store.ts";

const entriesPerModel = 5_000;
const sessionLifetimeMs = 24 * 60 * 60 * 1000;

/** Creates the storage of one server: sessions, codes, grants, opaque tokens. It ends with the process. */
export function createMemoryAdapter(): AdapterFactory {
  return () => createModelAdapter();
}

function createModelAdapter(): Adapter {
  const store = createMemoryStore<AdapterPayload>({ capacity: entriesPerModel });
  const findWhere = (matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [, payload] of store.entries()) if (matches(payload)) return payload;
    return undefined;
  };

  return {
    async upsert(id, payload, lifetimeSeconds) {
      store.set(id, payload, lifetimeSeconds === undefined ? sessionLifetimeMs : lifetimeSeconds * 1000);
    },
    async find(id) {
      return store.get(id);
    },
    async findByUid(uid) {
      return findWhere((payload) => payload.uid === uid);
    },
    async findByUserCode(userCode) {
      return findWhere((payload) => payload.userCode === userCode);
    },
    async consume(id) {
      const payload = store.get(id);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      store.delete(id);
    },
    async revokeByGrantId(grantId) {
      for (const [id, payload] of store.entries()) if (payload.grantId === grantId) store.delete(id);
    },
  };
}
