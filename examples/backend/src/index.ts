/**
 * A backend for the examples.
 *
 * @module behalf-example-backend
 */
export type { Backend, BackendOptions, Served } from "./start-backend.ts";
export { startBackend } from "./start-backend.ts";
