import { BackendError, isBehalfError } from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { mark } from "../support/marks.ts";
import { openMarkedApi } from "../support/open-marked-api.ts";
import { answer, type BackendHandler } from "../support/scripted-backend.ts";

const params = { sku: "1" };
const headers = {
  "x-marked": mark("header"),
  "set-cookie": mark("cookie"),
  "retry-after": mark("retry-after"),
  server: mark("server"),
};
const challenge = `Bearer realm="${mark("realm")}", error="${mark("error")}", scope="${mark("scope")}"`;
const problem = { type: mark("type"), title: mark("title"), detail: mark("detail"), extra: { nested: mark("extra") } };

const answers: readonly (readonly [string, BackendHandler])[] = [
  ["a problem document", answer.problem(422, problem)],
  ["an error with headers", answer.status(500, headers, mark("body"))],
  ["a status text", (_request, response) => response.writeHead(500, mark("status-text"), headers).end(mark("body"))],
  ["a challenge beside 403", answer.status(403, { "www-authenticate": challenge }, mark("body"))],
  ["a challenge beside 401", answer.unauthorized(`${challenge}, ${mark("scheme")}`)],
  ["an error about our request", answer.unauthorized(`Bearer error="invalid_request", realm="${mark("realm")}"`)],
  ["a redirect within", answer.redirect(`/${mark("location")}?${mark("query")}`)],
  ["a redirect elsewhere", answer.redirect(`https://user:${mark("password")}@elsewhere.example/${mark("location")}`)],
  ["a redirect that is no URL", answer.redirect(`https://[${mark("location")}`)],
  ["an answer that is no JSON", answer.status(200, headers, mark("body"))],
  ["an answer that does not fit", answer.json({ count: mark("count"), [mark("member")]: 1 }, 200, headers)],
  ["an answer that is cut off", answer.dropAfter(mark("body"))],
  ["a lost connection", answer.drop()],
];

const Item = z.strictObject({ count: z.number() });

describe("what a backend answers stays inside", () => {
  it.each(answers)("with %s", async (_case, handler) => {
    const { backend, inventory, events, leaks, receive } = await openMarkedApi();
    backend.handle(handler);
    const { run } = await receive();
    const outcome = await run(() => inventory.endpoint("item").get({ params }).json(Item));
    const streamed = await run(() => inventory.endpoint("item").get({ params }).stream());
    if (streamed.ok) streamed.value.destroy();
    expect([outcome.ok, events.length > 2]).toEqual([false, true]);
    expect(leaks(outcome, streamed.ok ? undefined : streamed)).toEqual([]);
  });

  it("with a success, whose response shows nothing unless it is asked", async () => {
    const { backend, inventory, leaks, receive } = await openMarkedApi();
    backend.handle(answer.json({ count: mark("count") }, 200, headers));
    const { run } = await receive();
    const call = run(() => inventory.endpoint("item").get({ params }));
    const outcome = await call;
    expect(outcome.ok).toBe(true);
    expect(leaks(call, outcome, outcome.unwrap())).toEqual([]);
  });

  it("but for the members of a step-up challenge that are passed on by design", async () => {
    const { backend, behalf, inventory, leaks, receive } = await openMarkedApi();
    const stepUp = `Bearer realm="${mark("realm")}", error="insufficient_user_authentication", error_description="${mark("description")}", resource_metadata="https://${mark("metadata")}", acr_values="gold"`;
    backend.handle(answer.unauthorized(stepUp));
    const { run } = await receive();
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    expect(leaks(outcome)).toEqual([]);
    const asked = !outcome.ok && isBehalfError(outcome.error) ? behalf.answer(outcome.error) : undefined;
    expect(asked?.headers["www-authenticate"]).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="gold"',
    );
  });

  it("and is there for a program that asks for it", async () => {
    const { backend, inventory, receive } = await openMarkedApi();
    backend.handle(answer.problem(422, problem));
    const { run } = await receive();
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    const described = !outcome.ok && outcome.error instanceof BackendError ? outcome.error.problem() : undefined;
    expect(described).toEqual({ status: 422, ...problem });
  });
});
