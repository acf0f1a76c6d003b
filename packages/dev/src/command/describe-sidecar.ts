import type { Sidecar } from "../sidecar/start-sidecar.ts";

/** Describes a running sidecar to the person who started it. */
export function describeSidecar({ url, tokenUrl, upstream }: Sidecar): string {
  return `Sidecar for development

  Call         ${url}
  Forwards to  ${upstream}
  Assertions   ${tokenUrl}
               for inbound.devProxy.url of an API that runs without a sidecar in front

Stop it with Ctrl-C.
`;
}
