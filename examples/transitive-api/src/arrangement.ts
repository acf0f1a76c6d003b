/**
 * How people's requests reach the orders API: directly, with tokens for it; through a sidecar, which turns their opaque tokens
 * into assertions; or directly with opaque tokens, for which the orders API asks the sidecar itself, as on a developer's
 * machine.
 */
export type Arrangement = "direct" | "sidecar" | "devProxy";
