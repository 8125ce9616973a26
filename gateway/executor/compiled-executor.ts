import type { FetchStep } from "./compile-plan.ts";
import { ExecutionError } from "./execution-error.ts";
import type { ExecutionContext, Executor } from "./executor.ts";
import { readResponse } from "./read-response.ts";
import { runPlan } from "./run-plan.ts";
import type { Subgraph, SubgraphResponse } from "./subgraph.ts";

/**
 * The default executor: it runs plans that were compiled once per operation. Why it is our own: see docs/decisions/gateway.md.
 *
 * @param subgraphs by their names in the supergraph.
 */
export function makeCompiledExecutor(subgraphs: ReadonlyMap<string, Subgraph>): Executor {
  const fetch = async (step: FetchStep, body: string, context: ExecutionContext): Promise<SubgraphResponse> => {
    const subgraph = subgraphs.get(step.subgraph);
    if (subgraph === undefined) throw new Error(`There is no subgraph ${step.subgraph}.`);
    const response = await subgraph.send(step.operation, body, context, step.shared);
    context.noteCacheControl?.(response.headers["cache-control"]);
    return response;
  };

  return {
    execute: async (operation, variables, coerced, context) => {
      const gathered = await runPlan(operation.step, variables, coerced, async (fetchStep, body) => {
        try {
          return readResponse(await fetch(fetchStep, body, context));
        } catch (error) {
          if (!(error instanceof ExecutionError)) throw error;
          return { errors: [{ message: error.message, extensions: { ...error.extensions } }] };
        }
      });
      const { data, misfits } = operation.shapeFor(coerced)(gathered.data);
      return { data, errors: gathered.errors, misfits };
    },
    close: async () => {},
  };
}
