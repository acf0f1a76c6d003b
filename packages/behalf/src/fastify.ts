/**
 * Behalf for Fastify 5.
 *
 * @module behalf/fastify
 */
export {
  type AnyBehalf,
  type BehalfFastifyOptions,
  type BehalfFastifyPlugin,
  behalfErrorHandler,
  behalfFastify,
  type FastifyErrorHandler,
} from "./lib/adapters/fastify/behalf-fastify.ts";
