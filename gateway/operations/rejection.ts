import { GraphQLError, Source } from "graphql";
import { ApiError, type ErrorCode, errorCodes } from "#platform/shop/api-error.ts";

/** An {@link ApiError} in the form in which it can be sent from one thread to another. */
export type Rejection = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** The errors that it stands for, with their places in the document. */
  readonly errors: readonly { readonly message: string; readonly positions: readonly number[] }[] | undefined;
};

const messageCharactersMax = 300;

/**
 * Rejects an operation for several errors at once; each keeps its message and its places in the document.
 *
 * @param suggestions whether messages may suggest names that the client did not use.
 * @throws {ApiError} unless there are no errors.
 */
export function rejectAll(
  code: "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT",
  errors: readonly GraphQLError[],
  suggestions = false,
): void {
  const [first] = errors;
  if (first === undefined) return;
  const shown = errors.map(
    (error) =>
      new GraphQLError(showMessage(error.message, suggestions), {
        extensions: { code },
        ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
      }),
  );
  throw new ApiError(code, showMessage(first.message, suggestions), {}, new AggregateError(shown));
}

/** Without suggestions of names that the client did not use unless they are wanted, and without quoting all of a large value. */
function showMessage(message: string, suggestions: boolean): string {
  const shown = suggestions ? message : message.replace(/ ?Did you mean .*$/s, "");
  return shown.length <= messageCharactersMax ? shown : `${shown.slice(0, messageCharactersMax)}…`;
}

/** Makes the form in which an error can be sent to another thread. */
export function encodeRejection(error: ApiError): Rejection {
  const { originalError } = error;
  const errors = originalError instanceof AggregateError ? originalError.errors : undefined;
  return {
    code: error.code,
    message: error.message,
    extensions: { ...error.extensions },
    errors: errors
      ?.filter((one) => one instanceof GraphQLError)
      .map(({ message, positions }) => ({ message, positions: positions ?? [] })),
  };
}

/** Makes the error that another thread sent. @param text the document that it is about. */
export function decodeRejection({ code, message, extensions, errors }: Rejection, text: string): ApiError {
  const source = new Source(text);
  const shown = errors?.map(
    ({ message, positions }) => new GraphQLError(message, { source, positions: [...positions], extensions: { code } }),
  );
  const known = errorCodes.includes(code) ? code : "INTERNAL_SERVER_ERROR";
  return new ApiError(known, message, { ...extensions }, shown === undefined ? undefined : new AggregateError(shown));
}
