import { Pool } from "undici";
import { z } from "zod";
import { type InternalKey, type ServiceName, signInternalToken } from "../auth/internal-tokens.ts";
import { ApiError } from "../shop/api-error.ts";

/** Calls from one subgraph to another, each with an internal token of the caller's own. */
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
  /** Posts JSON to a path; the answer's status. @throws {ApiError} SUBGRAPH_UNAVAILABLE or TIMEOUT. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<number>;
  close(): Promise<void>;
};

const connectionsMax = 50;
const connectTimeoutMs = 1_000;
const answerTimeoutMs = 5_000;
const tokenReuseMs = 30_000;

/** A client for the subgraph `audience` at `address` (its origin). Connections are kept alive; one retry where the connection was refused. */
export function makeServiceClient(signer: InternalKey, audience: ServiceName, address: string): ServiceClient {
  const pool = new Pool(new URL(address).origin, {
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
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
      return await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/json", ...headers, authorization },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
    } catch (error) {
      const timedOut = error instanceof Error && /Timeout/.test(error.name);
      throw timedOut
        ? new ApiError("TIMEOUT", "Another part of the shop did not answer in time.", {}, error)
        : new ApiError("SUBGRAPH_UNAVAILABLE", "Another part of the shop is away.", {}, error);
    }
  };
  return {
    query: async (document, variables, data) => {
      const answer = await send("/graphql", { query: document, variables });
      const body = envelope.safeParse(await answer.body.json().catch(() => undefined));
      const [error] = body.data?.errors ?? [];
      if (error !== undefined || body.data?.data === undefined) {
        throw new ApiError(
          "SUBGRAPH_UNAVAILABLE",
          "Another part of the shop is away.",
          {},
          error?.message ?? `status ${answer.statusCode}`,
        );
      }
      return data.parse(body.data.data);
    },
    post: async (path, body, headers) => {
      const answer = await send(path, body, headers);
      await answer.body.dump();
      return answer.statusCode;
    },
    close: () => pool.close(),
  };
}

const envelope = z.object({
  data: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? undefined),
  errors: z.array(z.object({ message: z.string() }).loose()).optional(),
});
