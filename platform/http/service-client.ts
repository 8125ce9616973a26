import { z } from "zod";
import { type InternalKey, type ServiceName, signInternalToken } from "../auth/internal-tokens.ts";
import { inSpan, traceHeaders } from "../observability/trace-context.ts";
import { ApiError } from "../shop/api-error.ts";
import { openTransport } from "../transport/transport.ts";
import { TransportError } from "../transport/transport-error.ts";

/** Calls from one subgraph to another, each with an internal token of the caller's own, and the id and trace of the current request. */
export type ServiceClient = {
  /**
   * Runs an operation in the other subgraph and returns its data, parsed.
   *
   * @throws {ApiError} SUBGRAPH_UNAVAILABLE or TIMEOUT: whether a mutation took effect is then not known, so it must be one that can be repeated.
   */
  query<Schema extends z.ZodType>(
    document: string,
    variables: Record<string, unknown>,
    data: Schema,
  ): Promise<z.infer<Schema>>;
  /** Posts JSON to a path and returns the response's status. @throws {ApiError} SUBGRAPH_UNAVAILABLE or TIMEOUT. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<number>;
  close(): Promise<void>;
};

const tokenReuseMs = 30_000;

/**
 * A client for the subgraph `audience`. Its calls can be repeated without harm, so those that are refused, cut or slow are sent to another address.
 *
 * @param addresses of all its instances, with or without `/graphql`.
 */
export function makeServiceClient(
  signer: InternalKey,
  audience: ServiceName,
  addresses: readonly URL[],
): ServiceClient {
  const transport = openTransport(addresses);
  let token: { text: Promise<string>; madeAtMs: number } | undefined;
  const bearer = async () => {
    const now = Date.now();
    if (token === undefined || now - token.madeAtMs > tokenReuseMs) {
      token = { text: signInternalToken(signer, audience, { kind: "guest" }), madeAtMs: now };
    }
    return `Bearer ${await token.text}`;
  };
  const send = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const authorization = await bearer();
    try {
      return await inSpan(`call ${audience}${path}`, { kind: "CLIENT" }, () =>
        transport.send({
          kind: "query",
          other: { method: "POST", path },
          headers: { "content-type": "application/json", ...traceHeaders(), ...headers, authorization },
          body: JSON.stringify(body),
        }),
      );
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw error.code === "TIMEOUT"
        ? new ApiError("TIMEOUT", "Part of the service did not respond in time.", {}, error)
        : unavailable(error);
    }
  };
  return {
    query: async (document, variables, data) => {
      const response = await send("/graphql", { query: document, variables });
      const body = envelope.safeParse(parseJson(response.bytes));
      const [error] = body.data?.errors ?? [];
      if (error !== undefined || body.data?.data === undefined) {
        throw unavailable(error?.message ?? `status ${response.status}`);
      }
      return data.parse(body.data.data);
    },
    post: async (path, body, headers) => {
      const { status } = await send(path, body, headers);
      return status;
    },
    close: () => transport.close(),
  };
}

function unavailable(cause: unknown): ApiError {
  return new ApiError("SUBGRAPH_UNAVAILABLE", "Part of the service is temporarily unavailable.", {}, cause);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

const envelope = z.object({
  data: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? undefined),
  errors: z.array(z.object({ message: z.string() }).loose()).optional(),
});
