import { itemPath } from "./site/site.ts";

/** Gets the item by the global `fetch`, as the rows do that bring no client of their own. */
export async function fetchItem(backend: string, token: string): Promise<unknown> {
  const response = await fetch(`${backend}${itemPath}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`The backend answered ${response.status}.`);
  return response.json();
}
