import { type Behalf, isBehalfError, type RequestContext } from "behalf";
import type { Gate, Visit } from "./gate.ts";
import { createProblem } from "./problem.ts";

/** Any instance of Behalf with services by name. */
export type GateBehalf = Behalf<Readonly<Record<string, Readonly<Record<string, string>>>>>;

/** Creates the gate that Behalf keeps: its inbound side validates, the service's token is the assertion. */
export function createBehalfGate(behalf: GateBehalf, serviceName: string): Gate {
  const service = behalf.service(serviceName);

  const admit = async (context: RequestContext): Promise<string> => {
    await behalf.authenticateCaller(context);
    const obtained = await service.authenticate(undefined, { signal: context.signal });
    return obtained.unwrap().value();
  };

  return {
    receive(incoming): Visit {
      const context = behalf.receive(incoming);
      const messageId = context.messageId({ enforce: true });
      return {
        messageId,
        admit: () => behalf.context.run(context, () => admit(context)),
        answer(error) {
          if (isBehalfError(error)) return behalf.answer(error, context);
          console.error("The sidecar failed:", error);
          return createProblem(500, messageId);
        },
      };
    },
  };
}
