import type { GraphQLFormattedError } from "graphql";
import type { Step } from "./compile-plan.ts";
import type { Misfit, Shape } from "./complete-response.ts";
import type { JsonObject } from "./json-data.ts";

/** An operation that can be executed many times, with any variables. */
export type ExecutableOperation = {
  readonly text: string;
  readonly operationName: string | undefined;
  /** The compiled plan; undefined when there is nothing to fetch. */
  readonly step: Step | undefined;
  /** The shape of the response for coerced variables. */
  readonly shapeFor: (coerced: JsonObject) => Shape;
};

/** What executing needs to know about the client's request. */
export type ExecutionContext = {
  /** The headers for a request to a subgraph: who is calling, and the ids of the request. */
  readonly headersFor: (subgraph: string) => Promise<Record<string, string>>;
  /** Equal for requests that see the same data at this moment. */
  readonly sharingKey: () => string;
  /** Called when a mutation has been responded to: later requests must see what it did. */
  readonly noteMutation: () => void;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
  /** Collects the `Cache-Control` header of each subgraph's response. */
  readonly noteCacheControl?: ((header: string | string[] | undefined) => void) | undefined;
};

/**
 * The result of an operation. `misfits` are values that did not fit the schema and became null. Errors are as subgraphs reported them, with the path in the client's response; they are not masked.
 */
export type ExecutionResult = {
  readonly data: JsonObject | null;
  readonly errors: readonly GraphQLFormattedError[];
  readonly misfits: readonly Misfit[];
};

/** Executes operations against the subgraphs. */
export type Executor = {
  /** Never rejects for what a subgraph does: that is in the result's errors. Rejects when the client has disconnected. */
  execute(
    operation: ExecutableOperation,
    variables: JsonObject,
    coerced: JsonObject,
    context: ExecutionContext,
  ): Promise<ExecutionResult>;
  close(): Promise<void>;
};
