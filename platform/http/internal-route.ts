import type { IncomingMessage, ServerResponse } from "node:http";
import type { InternalCall } from "../auth/internal-tokens.ts";

/** An HTTP route of a subgraph beside `/graphql`. Its caller presented a valid internal token. */
export type InternalRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  call: InternalCall,
) => Promise<void> | void;
