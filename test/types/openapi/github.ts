/** GitHub's REST API: a published document of more than a thousand operations. */
import type { components, paths } from "@octokit/openapi-types";
import { createBehalf, type OpenApiService, type OutcomePromise, type StatusAnswer } from "behalf";
import { z } from "zod";
import { type Equals, holds } from "../equals.ts";

type Schemas = components["schemas"];

const behalf = createBehalf({
  authority: "https://login.example.com",
  services: { github: "https://api.github.com", inventory: { host: "https://inventory.internal" } },
});

export const github: OpenApiService<paths> = behalf.service<paths>("github");
const repository = { owner: "octocat", repo: "hello-world" };

holds<Equals<ReturnType<typeof named.endpoint<"github">>["name"], string>>();
const named = behalf.service("github");

// Paths, with parameters and without
export const root = github.get("/").json();
holds<Equals<typeof root, OutcomePromise<Schemas["root"]>>>();
export const emojis = github.get("/emojis", { timeoutMs: 1_000 }).json();
holds<Equals<typeof emojis, OutcomePromise<{ [key: string]: string }>>>();
const found = github.get("/repos/{owner}/{repo}", { params: repository }).json();
holds<Equals<typeof found, OutcomePromise<Schemas["full-repository"]>>>();
github.get("/repos/{owner}/{repo}/issues/{issue_number}", { params: { ...repository, issue_number: 1 } });
github.get("/users/{username}", { params: { username: "octocat" }, signal: AbortSignal.abort() });
github.get("/repos/{owner}/{repo}/contents/{path}", { params: { ...repository, path: "docs/a.md" } });
github.get("/gists/{gist_id}/{sha}", { params: { gist_id: "1", sha: "2" } }).text();
github.get("/zen").text();

// Queries
const listed = github
  .get("/repos/{owner}/{repo}/issues", { params: repository, query: { state: "open", per_page: 50 } })
  .json();
holds<Equals<typeof listed, OutcomePromise<Schemas["issue"][]>>>();
github.get("/search/repositories", { query: { q: "behalf", sort: "stars" } });
github.get("/search/users", { query: { q: "octocat" } });
github.get("/advisories", { query: { cwes: ["79", "89"], is_withdrawn: false } });
github.get("/user/repos", { query: { visibility: "private", page: 2 } }).stream();
github.get("/orgs/{org}/members", { params: { org: "github" }, query: { role: "admin" } });
github.get("/notifications", { query: { all: true, since: "2026-01-01T00:00:00Z" } });

// Bodies
const created = github
  .post("/repos/{owner}/{repo}/issues", { params: repository, json: { title: "It breaks" } })
  .json();
holds<Equals<typeof created, OutcomePromise<Schemas["issue"]>>>();
github.post("/user/repos", { json: { name: "hello-world", private: true } });
github.post("/gists", { json: { files: { "a.txt": { content: "text" } }, public: false } });
github.patch("/repos/{owner}/{repo}", { params: repository, json: { description: "text" } });
github.patch("/repos/{owner}/{repo}", { params: repository });
github.patch("/gists/{gist_id}", { params: { gist_id: "1" }, json: null });
github.put("/repos/{owner}/{repo}/topics", { params: repository, json: { names: ["oauth"] } });
github.put("/user/starred/{owner}/{repo}", { params: repository });
github.post("/markdown/raw", { body: "# text", headers: { "content-type": "text/plain" } });
github.post("/user/repos", { json: { name: "a" }, bodySchema: z.object({ name: z.string().min(1) }) });
github.delete("/repos/{owner}/{repo}", { params: repository });
github.delete("/user/emails", { json: { emails: ["octocat@example.com"] } });

// Answers by status
const answered = await github.get("/repos/{owner}/{repo}", { params: repository }).answer(200, 301, 404).unwrap();
if (answered.status === 200) holds<Equals<typeof answered.body, Schemas["full-repository"]>>();
else holds<Equals<typeof answered.body, Schemas["basic-error"]>>();
const removed = await github.delete("/repos/{owner}/{repo}", { params: repository }).answer(204).unwrap();
holds<Equals<typeof removed, StatusAnswer<204, undefined>>>();
const zen = github.get("/zen").answer(200);
holds<Equals<typeof zen, OutcomePromise<StatusAnswer<200, string>>>>();

// Schemas
const checked = github.get("/emojis").json(z.object({ "+1": z.url() }));
holds<Equals<typeof checked, OutcomePromise<{ "+1": string }>>>();
