import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { ApiError } from "#platform/shop/api-error.ts";
import { limits, rejectBeyond } from "./limits.ts";

/**
 * Parses a document.
 *
 * @param options.noLocation leaves out where each part stands, which takes several times the memory of the part.
 * @throws {ApiError} GRAPHQL_PARSE_FAILED, or OPERATION_TOO_COMPLEX for one that is too long or has too many tokens, which is not read to its end.
 */
export function parseDocument(text: string, options: { noLocation?: boolean } = {}): DocumentNode {
  if (text.length > limits.documentCharactersMax) {
    const message = `The document has more than ${limits.documentCharactersMax} characters. Send long values as variables.`;
    rejectBeyond("documentCharacters", limits.documentCharactersMax, text.length, message);
  }
  try {
    return parse(text, { ...options, maxTokens: limits.tokensMax });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/more tha[nt] \d+ tokens/.test(message)) {
      rejectBeyond("tokens", limits.tokensMax, undefined, `The operation has more than ${limits.tokensMax} tokens.`);
    }
    throw new ApiError("GRAPHQL_PARSE_FAILED", message, {}, error);
  }
}

/** The operation to execute. @throws {ApiError} BAD_REQUEST when the document has none by that name, or several without a name. */
export function chooseDefinition(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const chosen =
    operationName === undefined
      ? operations.length === 1
        ? operations[0]
        : undefined
      : operations.find(({ name }) => name?.value === operationName);
  if (chosen === undefined) {
    throw new ApiError(
      "BAD_REQUEST",
      operationName === undefined
        ? "The document has several operations. Choose one with operationName."
        : "The document has no operation with that name.",
    );
  }
  if (chosen.operation === "subscription") throw new ApiError("BAD_REQUEST", "Subscriptions are not supported.");
  return chosen;
}
