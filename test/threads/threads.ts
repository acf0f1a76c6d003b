/** Complaints about other libraries that Behalf answers: where each was made, and which file here tests the answer. */
export interface Thread {
  /** Which of the two lists it stands in: libraries of other languages, or of Node. */
  readonly list: "other stacks" | "node";
  readonly number: number;
  readonly link: string;
  readonly file: string;
}

const github = "https://github.com";
const azure = `${github}/AzureAD`;

/** The threads by their numbers; the same number may stand here twice, for two complaints about the same thing. */
export const threads: readonly Thread[] = [
  { list: "other stacks", number: 1, link: `${github}/DuendeSoftware/foss/issues/360`, file: "keys" },
  { list: "other stacks", number: 3, link: `${github}/DuendeArchive/Support/issues/1396`, file: "keys" },
  { list: "other stacks", number: 3, link: `${github}/DuendeArchive/Support/issues/634`, file: "keys" },
  { list: "other stacks", number: 4, link: `${github}/DuendeArchive/Support/issues/1286`, file: "refresh-tokens" },
  { list: "other stacks", number: 9, link: `${github}/DuendeSoftware/foss/issues/325`, file: "repeated-requests" },
  { list: "other stacks", number: 11, link: `${azure}/microsoft-identity-web/issues/1388`, file: "callers" },
  { list: "other stacks", number: 12, link: `${azure}/microsoft-identity-web/issues/3237`, file: "callers" },
  {
    list: "other stacks",
    number: 12,
    link: `${github}/Azure-Samples/active-directory-dotnet-native-aspnetcore-v2/pull/98`,
    file: "callers",
  },
  {
    list: "other stacks",
    number: 15,
    link: `${azure}/microsoft-authentication-library-for-dotnet/issues/2381`,
    file: "keys",
  },
  {
    list: "other stacks",
    number: 17,
    link: `${github}/spring-projects/spring-security/issues/11461`,
    file: "refresh-tokens",
  },
  { list: "other stacks", number: 18, link: `${github}/spring-projects/spring-security/issues/13816`, file: "callers" },
  { list: "other stacks", number: 20, link: `${github}/spring-projects/spring-security/issues/9114`, file: "outages" },
  { list: "other stacks", number: 20, link: `${github}/spring-projects/spring-security/issues/7511`, file: "lives" },
  { list: "other stacks", number: 20, link: `${github}/spring-projects/spring-security/issues/16389`, file: "outages" },
  { list: "other stacks", number: 21, link: `${github}/quarkusio/quarkus/issues/44037`, file: "repeated-requests" },
  { list: "other stacks", number: 21, link: `${github}/quarkusio/quarkus/issues/36810`, file: "repeated-requests" },
  { list: "other stacks", number: 21, link: `${github}/quarkusio/quarkus/issues/14962`, file: "lives" },
  { list: "other stacks", number: 22, link: `${github}/quarkusio/quarkus/issues/39293`, file: "outages" },
  { list: "other stacks", number: 22, link: `${github}/quarkusio/quarkus/issues/32480`, file: "outages" },
  { list: "other stacks", number: 23, link: `${github}/envoyproxy/envoy/issues/44674`, file: "outages" },
  { list: "other stacks", number: 23, link: `${github}/envoyproxy/envoy/issues/42009`, file: "outages" },
  { list: "other stacks", number: 25, link: `${github}/IBM/mcp-context-forge/pull/5224`, file: "callers" },
  { list: "other stacks", number: 26, link: `${github}/ory/oathkeeper/pull/870`, file: "keys" },
  { list: "other stacks", number: 29, link: `${github}/apache/polaris/pull/5039`, file: "lives" },
  { list: "other stacks", number: 29, link: `${github}/initializ/forge/pull/381`, file: "lives" },
  {
    list: "other stacks",
    number: 30,
    link: `${github}/neondatabase/mcp-server-neon/pull/231`,
    file: "refresh-tokens",
  },
  { list: "node", number: 3, link: `${azure}/microsoft-authentication-library-for-js/issues/6566`, file: "lives" },
  { list: "node", number: 4, link: `${azure}/microsoft-authentication-library-for-js/issues/4158`, file: "callers" },
  { list: "node", number: 8, link: `${github}/SAP/cloud-sdk-js/issues/1765`, file: "callers" },
  { list: "node", number: 9, link: `${github}/databricks/appkit/pull/268`, file: "callers" },
  { list: "node", number: 10, link: `${github}/danielmurrmann/Fancy.ResourceLinker/pull/42`, file: "callers" },
  { list: "node", number: 11, link: `${github}/SAP/cloud-sdk-js/issues/3315`, file: "lives" },
  { list: "node", number: 12, link: `${github}/SAP/cloud-sdk-js/issues/5131`, file: "lives" },
  { list: "node", number: 17, link: `${github}/badgateway/oauth2-client/issues/161`, file: "refresh-tokens" },
];
