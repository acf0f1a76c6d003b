import {
  type BackendResponse,
  type Behalf,
  type Envelope,
  formatPath,
  type Outcome,
  type StandardSchema,
} from "behalf";
import { type Equals, holds } from "./equals.ts";

interface Item {
  readonly sku: string;
}

declare const item: StandardSchema<Item>;
declare const behalf: Behalf<{
  readonly inventory: {
    readonly items: "/items";
    readonly item: "/items/{sku}";
    readonly part: "/items/{sku}/parts/{part}";
    readonly file: "/files/{file?}";
  };
}>;

const service = behalf.service("inventory");
const one = service.endpoint("item");
const part = service.endpoint("part");

const responses = await one.getMany(["a", 1, { sku: "b" }]).unwrap();
holds<Equals<(typeof responses)[number]["outcome"]["value"], BackendResponse>>();

const items = await one.getMany(["a"], { schema: item, concurrency: 2 }).unwrap();
holds<Equals<(typeof items)[number]["outcome"]["value"], Item>>();

const tolerated = await one.getMany(["a"], { schema: item, tolerateFailures: true }).unwrap();
holds<Equals<(typeof tolerated)[number]["outcome"], Outcome<Item>>>();
// @ts-expect-error where failures are tolerated, an outcome need not have a value
tolerated[0]?.outcome.value;

const texts = await one.getMany(["a"], { read: (call) => call.text() }).unwrap();
holds<Equals<(typeof texts)[number]["outcome"]["value"], string>>();
// @ts-expect-error an answer is read in one way
one.getMany(["a"], { schema: item, read: (call) => call.json(item) });

part.getMany([{ sku: "a", part: 1 }]);
// @ts-expect-error a path with two parameters has no plain key
part.getMany(["a"]);
// @ts-expect-error a key has every parameter
part.getMany([{ sku: "a" }]);
// @ts-expect-error a key is text or a number
one.getMany([true]);
// @ts-expect-error a path without a parameter has no plain key
service.endpoint("items").getMany(["a"]);
service.endpoint("file").getMany(["a", {}]);

service.getMany("/items/{sku}/parts/{part}", [{ sku: "a", part: 1 }]);
// @ts-expect-error a path template says what its keys have
service.getMany("/items/{sku}/parts/{part}", [{ sku: "a" }]);

for await (const found of service.endpoint("items").pages()) holds<Equals<typeof found, unknown>>();
for await (const found of service.endpoint("items").pages({ schema: item })) holds<Equals<typeof found, Item>>();
for await (const page of one.pages({ params: { sku: "a" }, schema: item }).byPage()) {
  holds<Equals<typeof page.items, readonly Item[]>>();
}
// @ts-expect-error a path with a parameter wants it
one.pages();
// @ts-expect-error the next page is found in one way
service.endpoint("items").pages({ links: true, envelope: {} });

const envelope = await service.get("/items").envelope(item).unwrap();
holds<Equals<typeof envelope, Envelope<Item>>>();
const contents = await service.get("/items").data(item).unwrap();
holds<Equals<typeof contents, Item>>();
const unchecked = await service.get("/items").data().unwrap();
holds<Equals<typeof unchecked, unknown>>();

formatPath("/items/{sku}", { sku: "a" }, { full: true });
formatPath("/items");
// @ts-expect-error a path with a parameter wants it
formatPath("/items/{sku}");
// @ts-expect-error a path takes no other parameter
formatPath("/items/{sku}", { sku: "a", part: 1 });
