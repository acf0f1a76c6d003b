/**
 * Behalf for Express 5.
 *
 * @module behalf/express
 */
export {
  type AnonymousRoute,
  type AnyBehalf,
  type BehalfExpressOptions,
  behalfExpress,
  behalfExpressErrors,
  behalfRoute,
} from "./lib/adapters/express/behalf-express.ts";
