/** `inventory.json` as openapi-typescript 7 writes it. */
export interface InventoryPaths {
  "/items": {
    parameters: NoParameters;
    get: {
      parameters: {
        query?: { tag?: string[]; limit?: number; archived?: boolean };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: JsonAnswer<Item[]> };
    };
    put?: never;
    post: {
      parameters: NoParameters;
      requestBody: { content: { "application/json": Item } };
      responses: {
        201: { headers: { Location?: string; [name: string]: unknown }; content: { "application/json": Item } };
      };
    };
    delete?: never;
    patch?: never;
  };
  "/items/{item-sku}": {
    parameters: NoParameters;
    get: { parameters: SkuParameters; requestBody?: never; responses: { 200: JsonAnswer<Item> } };
    put: {
      parameters: Omit<SkuParameters, "header"> & { header: { "If-Match": string } };
      requestBody: { content: { "application/json": Item } };
      responses: { 200: JsonAnswer<Item> };
    };
    patch: {
      parameters: SkuParameters;
      requestBody?: { content: { "application/json": { amount?: number } } };
      responses: { 200: JsonAnswer<Item> };
    };
    delete: {
      parameters: SkuParameters;
      requestBody?: never;
      responses: { 204: { headers: { [name: string]: unknown }; content?: never } };
    };
  };
  "/items/{item-sku}/picture": {
    parameters: NoParameters;
    get?: never;
    post: {
      parameters: SkuParameters;
      requestBody: { content: { "multipart/form-data": { title?: string; file: string } } };
      responses: { 202: JsonAnswer<Item> };
    };
  };
  "/lost/{item-sku}": {
    parameters: NoParameters;
    get: {
      parameters: SkuParameters;
      requestBody?: never;
      responses: {
        404: {
          headers: { [name: string]: unknown };
          content: { "application/problem+json": { title: string; status?: number } };
        };
      };
    };
  };
  "/motto": {
    parameters: NoParameters;
    get: {
      parameters: NoParameters;
      requestBody?: never;
      responses: { 200: { headers: { [name: string]: unknown }; content: { "text/plain": string } } };
    };
  };
  "/health": {
    parameters: NoParameters;
    get: { parameters: NoParameters; requestBody?: never; responses: { default: JsonAnswer<{ up: boolean }> } };
  };
}

/** What is in store of one thing. */
export interface Item {
  sku: string;
  amount: number;
}

interface NoParameters {
  query?: never;
  header?: never;
  path?: never;
  cookie?: never;
}

interface SkuParameters {
  query?: never;
  header?: never;
  path: { "item-sku": string };
  cookie?: never;
}

interface JsonAnswer<body> {
  headers: { [name: string]: unknown };
  content: { "application/json": body };
}
