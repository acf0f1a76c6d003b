/**
 * Behalf for Fastify 5.
 *
 * @module behalf/fastify
 */
export {
  type AnyBehalf,
  type BehalfFastifyPlugin,
  behalfErrorHandler,
  behalfFastify,
  type FastifyErrorHandler,
} from "./lib/adapters/fastify/behalf-fastify.ts";
