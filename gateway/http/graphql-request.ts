import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import Negotiator from "negotiator";
import { header, readBody } from "#platform/http/http-server.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { isRecord, type JsonObject } from "../executor/json-data.ts";
import { checkJsonSize } from "../operations/json-size.ts";
import { limits } from "../operations/limits.ts";

/** A GraphQL request as it came over HTTP. */
export type GraphqlRequest = {
  readonly method: "GET" | "POST";
  /** Undefined when only its hash was sent. */
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
  /** SHA-256 of a document that was sent before, in hexadecimal. */
  readonly hash: string | undefined;
};

/** The media type of the response. */
export type ResponseType = "application/json" | "application/graphql-response+json";

/**
 * Reads a request as GraphQL over HTTP defines it.
 *
 * @throws {ApiError} BAD_REQUEST, with a more specific HTTP status than 400 where there is one, PAYLOAD_TOO_LARGE and OPERATION_TOO_COMPLEX.
 */
export async function readGraphqlRequest(request: IncomingMessage, url: URL): Promise<GraphqlRequest> {
  if (request.method === "GET" || request.method === "HEAD") {
    checkNotForged(request);
    checkEscapes(url.search);
    return parseRequest("GET", parseSearch(url.searchParams));
  }
  if (request.method !== "POST") {
    throw new ApiError("BAD_REQUEST", "GraphQL requests must use GET or POST.", {
      http: { status: 405, headers: { allow: "GET, HEAD, POST, OPTIONS" } },
    });
  }
  checkContentType(request);
  checkContentEncoding(request);
  const body = await readBody(request, limits.bodyBytesMax);
  return parseRequest("POST", parseBody(body));
}

/**
 * Browsers send such a GET from any page without a preflight. It changes nothing and carries no token, but its timing and its response must not be
 * visible to other sites. A header that requires a preflight lets it through.
 */
function checkNotForged(request: IncomingMessage): void {
  const site = header(request, "sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none" || header(request, "sec-fetch-mode") === "cors")
    return;
  const asked = ["x-apollo-operation-name", "apollo-require-preflight", "graphql-require-preflight"];
  if (asked.some((name) => (header(request, name) ?? "") !== "")) return;
  throw new ApiError("BAD_REQUEST", "Cross-site GET requests must send the header apollo-require-preflight.");
}

/** JSON only: browsers send a preflight for it, which they do not for the content types of forms. */
function checkContentType(request: IncomingMessage): void {
  const [type = "", ...parameters] = (header(request, "content-type") ?? "").split(";");
  const charset = parameters
    .map((part) => /^\s*charset="?([^"]*)"?\s*$/i.exec(part)?.[1])
    .find((value) => value !== undefined);
  if (type.trim().toLowerCase() === "application/json" && (charset === undefined || /^utf-?8$/i.test(charset))) return;
  throw new ApiError("BAD_REQUEST", "Send the request as application/json in UTF-8.", { http: { status: 415 } });
}

/** A small compressed body can decompress to a huge one. Requests are short and need no compression. */
function checkContentEncoding(request: IncomingMessage): void {
  const encoding = header(request, "content-encoding") ?? "identity";
  if (encoding.toLowerCase() === "identity") return;
  throw new ApiError("BAD_REQUEST", "Send the request without a content-encoding.", {
    http: { status: 415, headers: { "accept-encoding": "identity" } },
  });
}

/** @throws {ApiError} BAD_REQUEST for a body that is not a JSON object, OPERATION_TOO_COMPLEX for one that is larger than any operation needs. */
export function parseBody(body: Buffer): JsonObject {
  if (!isUtf8(body)) throw new ApiError("BAD_REQUEST", "The body is not valid UTF-8.");
  checkJsonSize(body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new ApiError("BAD_REQUEST", "The body is not JSON.", {}, error);
  }
  if (Array.isArray(parsed))
    throw new ApiError("BAD_REQUEST", "Batched requests are not supported. Send one request at a time.");
  if (!isRecord(parsed)) throw new ApiError("BAD_REQUEST", "The body is not a JSON object.");
  return parsed;
}

/** URLSearchParams would replace bytes that are not UTF-8 by U+FFFD. */
function checkEscapes(search: string): void {
  try {
    decodeURIComponent(search);
  } catch (error) {
    throw new ApiError("BAD_REQUEST", "The URL's parameters are not valid UTF-8.", {}, error);
  }
}

function parseSearch(search: URLSearchParams): JsonObject {
  const parameters: JsonObject = {};
  for (const name of ["query", "operationName", "variables", "extensions", "documentId"]) {
    const values = search.getAll(name);
    if (values.length > 1) throw new ApiError("BAD_REQUEST", `The parameter ${name} is given more than once.`);
    const [value] = values;
    if (value === undefined) continue;
    const isJson = name === "variables" || name === "extensions";
    parameters[name] = isJson && value !== "" ? parseParameter(name, value) : value;
  }
  return parameters;
}

function parseParameter(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new ApiError("BAD_REQUEST", `The parameter ${name} is not JSON.`, {}, error);
  }
}

function parseRequest(method: GraphqlRequest["method"], parameters: JsonObject): GraphqlRequest {
  const { query, operationName, variables, extensions } = parameters;
  if (!isAbsent(query) && typeof query !== "string") throw new ApiError("BAD_REQUEST", "`query` is not a string.");
  if (!isAbsent(operationName) && typeof operationName !== "string") {
    throw new ApiError("BAD_REQUEST", "`operationName` is not a string.");
  }
  const hash = parseHash(extensions, parameters.documentId);
  if ((query ?? "") === "" && hash === undefined) throw new ApiError("BAD_REQUEST", "`query` is missing.");
  return {
    method,
    query: query || undefined,
    operationName: operationName || undefined,
    variables: parseMap("variables", variables),
    hash,
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function parseMap(name: string, value: unknown): JsonObject {
  if (isAbsent(value) || value === "") return {};
  if (!isRecord(value)) throw new ApiError("BAD_REQUEST", `\`${name}\` is not an object.`);
  return value;
}

const sha256 = /^[0-9a-f]{64}$/;

/** Persisted documents are named in `extensions.persistedQuery`, or by `documentId` as the working draft has it. */
function parseHash(extensions: unknown, documentId: unknown): string | undefined {
  const { persistedQuery } = parseMap("extensions", extensions);
  if (isAbsent(persistedQuery)) {
    if (isAbsent(documentId)) return undefined;
    const id = typeof documentId === "string" ? documentId.replace(/^sha256:/, "") : "";
    if (!sha256.test(id))
      throw new ApiError("BAD_REQUEST", "`documentId` must be a SHA-256 hash in lower-case hexadecimal.");
    return id;
  }
  const { version, sha256Hash } = parseMap("extensions.persistedQuery", persistedQuery);
  if (version !== 1) throw new ApiError("BAD_REQUEST", "Only version 1 of persisted queries is supported.");
  if (typeof sha256Hash !== "string" || !sha256.test(sha256Hash)) {
    throw new ApiError(
      "BAD_REQUEST",
      "`extensions.persistedQuery.sha256Hash` must be a SHA-256 hash in lower-case hexadecimal.",
    );
  }
  return sha256Hash;
}

/**
 * The media type of the response: the one of the two that the client prefers, JSON if it has no preference.
 *
 * @throws {ApiError} BAD_REQUEST with status 406 when the client accepts neither.
 */
export function negotiateResponseType(accept: string | undefined): ResponseType {
  if (accept === undefined || accept.trim() === "") return "application/json";
  const [type] = new Negotiator({ headers: { accept } }).mediaTypes([...responseTypes]);
  const chosen = responseTypes.find((candidate) => candidate === type);
  if (chosen !== undefined) return chosen;
  throw new ApiError(
    "BAD_REQUEST",
    "Responses are available as application/graphql-response+json or application/json.",
    { http: { status: 406 } },
  );
}

const responseTypes: readonly ResponseType[] = ["application/json", "application/graphql-response+json"];
