import { type Dispatcher, Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

class ItemHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (item: unknown) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];

  constructor(resolve: (item: unknown) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status !== 200) throw new Error(`The backend answered ${status}.`);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const body = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#resolve(JSON.parse(body.toString("utf8")));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

/** The least that can be done with undici: its lowest method and a token that never ends. */
export const openUndiciDispatch: OpenTheRow = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const headers = ["authorization", `Bearer ${accessToken}`];
  return {
    call: () =>
      new Promise((resolve, reject) => {
        pool.dispatch({ path: itemPath, method: "GET", headers }, new ItemHandler(resolve, reject));
      }),
    close: () => pool.close(),
  };
};
