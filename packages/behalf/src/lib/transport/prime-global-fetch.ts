/**
 * Loads the host's own `fetch` before the npm package `undici` is loaded.
 *
 * On Node 20 and 22 whichever of the two comes first installs its dispatcher for the whole process, and the built-in
 * `fetch` then fails with the other's. Import this module first wherever `undici` is imported.
 */
void globalThis.Headers;

export {};
