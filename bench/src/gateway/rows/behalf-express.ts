import { behalfExpress, behalfExpressErrors } from "behalf/express";
import type { ServeGateway } from "../gateway-row.ts";
import { createGatewayBehalf, type GatewayOptions } from "./create-gateway-behalf.ts";
import { serveExpressGateway } from "./express-gateway.ts";

/** Behalf in Express, as its documentation has it. */
export const serveBehalfExpress =
  (options: GatewayOptions): ServeGateway =>
  async (site) => {
    const { behalf, getItem } = createGatewayBehalf(site, options);
    return serveExpressGateway({
      guard: (app) => void app.use(behalfExpress(behalf)),
      answerErrors: (app) => void app.use(behalfExpressErrors(behalf)),
      getItem,
    });
  };
