import { findMeantGrant } from "./meant-grant.ts";

/** The word for a token of this API's own as that of who acts. */
export const actorWord = "clientCredentials";

/** Whether it is the word, in any case. */
export const isActorWord = (given: unknown): boolean =>
  typeof given === "string" && given.trim().toLowerCase() === actorWord.toLowerCase();

/** Whether somebody meant the word and wrote another: as it stands, it would be sent as a token. */
export const resemblesActorWord = (given: unknown): boolean =>
  typeof given === "string" && !isActorWord(given) && findMeantGrant(given) === actorWord;
