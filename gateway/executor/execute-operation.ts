import type { GraphQLFormattedError } from "graphql";
import type { Log } from "#platform/observability/log.ts";
import { ApiError, maskError } from "#platform/shop/api-error.ts";
import type { Operation } from "../operations/operation.ts";
import type { FetchStep } from "./compile-plan.ts";
import type { JsonObject } from "./json-data.ts";
import { runPlan } from "./run-plan.ts";
import { isPlainData, type RequestFacts, readAnswer, type Subgraph } from "./subgraph-client.ts";
import type { Answer } from "./transport.ts";

/** The body of an answer, and the codes of the errors in it. */
export type GraphAnswer = { readonly body: Buffer | string; readonly codes: readonly string[] };

/** Runs an operation. Never throws for what a subgraph does: that is in the answer's errors. */
export type AnswerOperation = (
  operation: Operation,
  variables: JsonObject,
  coerced: JsonObject,
  facts: RequestFacts,
) => Promise<GraphAnswer>;

const noCodes: readonly string[] = [];

/** @param subgraphs by the names that the supergraph has for them. */
export function makeAnswerOperation(subgraphs: ReadonlyMap<string, Subgraph>, log: Log): AnswerOperation {
  const fetch = async (step: FetchStep, body: string, facts: RequestFacts): Promise<Answer> => {
    const subgraph = subgraphs.get(step.subgraph);
    if (subgraph === undefined) throw new Error(`There is no subgraph ${step.subgraph}.`);
    const answer = await subgraph.send(step.operation, body, facts, step.shared);
    facts.caching?.add(answer.headers["cache-control"]);
    return answer;
  };

  return async (operation, variables, coerced, facts) => {
    const { step } = operation;
    let mirror: Promise<Answer> | undefined;
    if (operation.mirrored && step?.kind === "fetch") {
      // The subgraph's bytes are the client's answer, unless there is anything in them but data.
      mirror = fetch(step, step.body(variables, undefined), facts);
      const answer = await mirror.catch(() => undefined);
      if (answer !== undefined && isPlainData(answer)) return { body: answer.bytes, codes: noCodes };
    }
    const gathered = await runPlan(step, variables, coerced, async (fetchStep, body) => {
      try {
        return readAnswer(await (mirror ?? fetch(fetchStep, body, facts)));
      } catch (error) {
        if (error instanceof ApiError) return { errors: [error.toJSON()] };
        throw error;
      }
    });
    const { data, faults } = operation.shapeFor(coerced)(gathered.data);
    if (faults.length > 0 && gathered.errors.length === 0) {
      log.error(
        { requestId: facts.requestId, operationName: operation.name, faults: faults.slice(0, 5) },
        "A subgraph's answer does not fit the schema.",
      );
    }
    if (gathered.errors.length === 0) {
      // What a subgraph should not have answered is not for anybody to keep.
      if (faults.length > 0) facts.caching?.add("no-store");
      const extensions = faults.length === 0 ? "" : `,"extensions":${JSON.stringify({ valueCompletion: faults })}`;
      return { body: `{"data":${JSON.stringify(data)}${extensions}}`, codes: noCodes };
    }
    const errors = tellErrors(operation, gathered.errors, facts, log);
    return {
      body: `{"errors":${JSON.stringify(errors)},"data":${JSON.stringify(data)}}`,
      codes: errors.map(({ extensions }) => String(extensions?.code)),
    };
  };
}

/** What the client is told: masked, at the place that it knows, each once. What is masked is logged with what was there. */
function tellErrors(
  operation: Operation,
  errors: readonly GraphQLFormattedError[],
  facts: RequestFacts,
  log: Log,
): GraphQLFormattedError[] {
  const told = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    const masked = maskError(
      error.path === undefined ? error : { ...error, path: operation.visible(error.path) },
      facts.requestId,
    );
    told.set(`${masked.path?.join(".") ?? ""}\n${masked.message}`, masked);
    if (masked.extensions?.code !== "INTERNAL_SERVER_ERROR") continue;
    log.error(
      { requestId: facts.requestId, operationName: operation.name, path: error.path, subgraphSaid: error.message },
      "A subgraph failed at a field.",
    );
  }
  return [...told.values()];
}
