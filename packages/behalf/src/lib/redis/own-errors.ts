const withCode = (code: string): Error => Object.assign(new Error(code), { code });

/** The client had no connection for as long as was waited for one. */
export const notConnected = (): Error => withCode("NOT_CONNECTED");

/** The client was never connected, was closed, or has given up. */
export const clientClosed = (): Error => withCode("CLIENT_CLOSED");

export const storeClosed = (): Error => withCode("STORE_CLOSED");
