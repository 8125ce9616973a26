import { type DocumentNode, parse } from "graphql";

/** An operation that knows the types of its answer and of its variables, from whichever code generator: a `TypedDocumentNode`. */
export interface TypedOperation<Data, Variables> extends DocumentNode {
  readonly text?: string;
  readonly hash?: string;
  /** Never set: where the two types are kept. */
  readonly __apiType?: (variables: Variables) => Data;
}

/** One of this package's own operations. Apollo Client, urql and whatever else takes `TypedDocumentNode`s take it. */
export interface TypedDocument<Data, Variables> extends TypedOperation<Data, Variables> {
  /** The operation as it is sent, fragments included; exactly what `hash` is of. */
  readonly text: string;
  /** SHA-256 of `text` in hexadecimal: its name in the manifest of trusted documents and for automatic persisted queries. */
  readonly hash: string;
}

/** The answer's type of a document. */
export type DataOf<Document> = Document extends TypedOperation<infer Data, never> ? Data : never;

/** The variables' type of a document. */
export type VariablesOf<Document> = Document extends TypedOperation<infer _, infer Variables> ? Variables : never;

/** Makes the document of a text that is known to parse; for the generated documents, which were checked against the schema. */
export function document<Data, Variables>(hash: string, text: string): TypedDocument<Data, Variables> {
  // Not frozen: urql notes its own key in each document.
  return { ...parse(text, { noLocation: true }), text, hash };
}
