import { orderSchema } from "./order.ts";

/** One person who sends requests. */
export interface Sender {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

/** What came back to one request. */
export interface Answer {
  /** The id of the person who asked. */
  readonly person: string;
  readonly sku: string;
  readonly status: number;
  /** The name in the answer. */
  readonly customer: string | undefined;
  /** To whom each backend says it has served. */
  readonly servedTo: readonly string[];
}

/** What is to be sent. */
export interface SendRequestsOptions {
  readonly ordersUrl: string;
  readonly senders: readonly Sender[];
  readonly count: number;
}

/** Sends all requests at once, the people's mixed up in the same way every time. */
export async function sendRequests({ ordersUrl, senders, count }: SendRequestsOptions): Promise<readonly Answer[]> {
  const order = shuffle(Array.from({ length: count }, (_, index) => index));
  return Promise.all(
    order.map((index) => {
      const sender = senders[index % senders.length];
      if (sender === undefined) throw new TypeError("sendRequests needs at least one sender");
      return sendRequest(ordersUrl, sender, `sku-${1 + (index % 7)}`);
    }),
  );
}

async function sendRequest(ordersUrl: string, sender: Sender, sku: string): Promise<Answer> {
  const response = await fetch(`${ordersUrl}/orders/${sku}`, { headers: { authorization: `Bearer ${sender.token}` } });
  const order = orderSchema.safeParse(await response.json().catch(() => undefined));
  return {
    person: sender.id,
    sku,
    status: response.status,
    customer: order.data?.customer,
    servedTo: order.success ? [order.data.inventory.servedTo, order.data.pricing.servedTo] : [],
  };
}

/** Shuffles by a fixed sequence of numbers (a linear congruential generator): mixed, and repeatable. */
function shuffle(values: readonly number[]): readonly number[] {
  let state = 20;
  return values
    .map((value) => {
      state = (state * 48_271) % 2_147_483_647;
      return { value, rank: state };
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ value }) => value);
}
