import { type EmptyCells, grantNames, wayNames } from "./cell.ts";
import { describeMatrix, forbidden } from "./describe-matrix.ts";
import { lifeSeconds, startDevMatrix } from "./dev-matrix.ts";

/** What `oidc-provider` lacks, beside what an RFC forbids. */
const empty: readonly EmptyCells[] = [
  forbidden,
  {
    grants: ["identityAssertion"],
    ways: wayNames,
    reason: "It issues no identity assertions (ID-JAG), and takes none of another issuer.",
  },
  {
    grants: grantNames,
    ways: ["client_secret_basic, raw"],
    reason: "It decodes id and secret, as RFC 6749 section 2.3.1 has it.",
  },
  {
    grants: grantNames,
    ways: ["workload_identity, jwt-bearer", "workload_identity, jwt-spiffe"],
    reason: "It takes client assertions that the client's own key signed, and no platform's.",
  },
];

describeMatrix({ title: "oidc-provider", page: "oidc-provider", empty, lifeSeconds, start: startDevMatrix });
