/** The word for the proxy that the environment names: by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export const environmentWord = "environment";

/** Whether it is the word, in any case. */
export const isEnvironmentWord = (given: unknown): boolean =>
  typeof given === "string" && given.trim().toLowerCase() === environmentWord;
