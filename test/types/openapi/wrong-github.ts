import { github } from "./github.ts";

const params = { owner: "octocat", repo: "hello-world" };
const post = github.post("/repos/{owner}/{repo}/issues", { params, json: { title: "It breaks" } });

// @ts-expect-error TS2345 Argument of type '"/repositores"' is not assignable to parameter of type 'PathsWith<paths, "get">'.
github.get("/repositores");
// @ts-expect-error TS2345 Argument of type '"/emojis"' is not assignable to parameter of type 'PathsWith<paths, "delete">'.
github.delete("/emojis");
// @ts-expect-error TS2554 Expected 2 arguments, but got 1.
github.get("/repos/{owner}/{repo}");
// @ts-expect-error TS2741 Property 'repo' is missing in type '{ owner: string; }' but required in type '{ owner: string; repo: string; }'.
github.get("/repos/{owner}/{repo}", { params: { owner: "octocat" } });
// @ts-expect-error TS2353 'repository' does not exist in type
github.get("/repos/{owner}/{repo}", { params: { ...params, repository: "a" } });
// @ts-expect-error TS2322 Type 'string' is not assignable to type 'number'.
github.get("/user/repos", { query: { per_page: "50" } });
// @ts-expect-error TS2820 Type '"opened"' is not assignable to type
github.get("/repos/{owner}/{repo}/issues", { params, query: { state: "opened" } });
// @ts-expect-error TS2561 Did you mean to write 'per_page'?
github.get("/user/repos", { query: { perpage: 50 } });
// @ts-expect-error TS2345 Property 'query' is missing in type '{}' but required in type '{ readonly query: { q: string;
github.get("/search/users", {});
// @ts-expect-error TS2345 Property 'json' is missing in type '{ params: { owner: string; repo: string; }; }' but required
github.post("/repos/{owner}/{repo}/issues", { params });
// @ts-expect-error TS2561 Did you mean to write 'title'?
github.post("/repos/{owner}/{repo}/issues", { params, json: { title: "It breaks", titel: "" } });
// @ts-expect-error TS2741 Property 'title' is missing in type '{ body: string; }' but required
github.post("/repos/{owner}/{repo}/issues", { params, json: { body: "It breaks" } });
// @ts-expect-error TS2322 Type '{}' is not assignable to type 'never'.
github.get("/repos/{owner}/{repo}", { params, json: {} });
// @ts-expect-error TS2551 Did you mean 'title'?
post.json().then((outcome) => outcome.unwrap().titel);
// @ts-expect-error TS2345 Argument of type '418' is not assignable to parameter of type
post.answer(201, 418);
// @ts-expect-error TS2339 Property 'number' does not exist on type
post.answer(404).then((outcome) => outcome.unwrap().body.number);
