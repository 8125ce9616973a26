import { type DocumentNode, parse } from "graphql";

/**
 * An operation that knows the types of its answer and of its variables. It is a `TypedDocumentNode`, so Apollo Client,
 * urql and whatever else takes those infer both from it.
 */
export interface TypedDocument<Data, Variables> extends DocumentNode {
  /** The operation as it is sent, fragments included; exactly what `hash` is of. */
  readonly text: string;
  /** SHA-256 of `text` in hexadecimal: its name in the manifest of trusted documents and for automatic persisted queries. */
  readonly hash: string;
  /** Never set: where the two types are kept. */
  readonly __apiType?: (variables: Variables) => Data;
}

/** The answer's type of a document. */
export type DataOf<Document> = Document extends TypedDocument<infer Data, never> ? Data : never;

/** The variables' type of a document. */
export type VariablesOf<Document> = Document extends TypedDocument<infer _, infer Variables> ? Variables : never;

/** Makes the document of a text that is known to parse; for the generated documents, which were checked against the schema. */
export function document<Data, Variables>(hash: string, text: string): TypedDocument<Data, Variables> {
  return Object.freeze({ ...parse(text, { noLocation: true }), text, hash });
}
