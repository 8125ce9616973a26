import { type DocumentNode, parse } from "graphql";

/** An operation with the types of its data and variables, from any code generator: a `TypedDocumentNode`. */
export interface TypedOperation<Data, Variables> extends DocumentNode {
  readonly text?: string;
  readonly hash?: string;
  /** Never set; carries the two types. */
  readonly __apiType?: (variables: Variables) => Data;
}

/** One of this package's operations, for every client that accepts `TypedDocumentNode`s, such as Apollo Client and urql. */
export interface TypedDocument<Data, Variables> extends TypedOperation<Data, Variables> {
  /** The operation as it is sent, including its fragments; `hash` is the hash of this text. */
  readonly text: string;
  /** SHA-256 of `text` in hexadecimal: the operation's id in the manifest of trusted documents and for automatic persisted queries. */
  readonly hash: string;
}

/** The type of a document's data. */
export type DataOf<Document> = Document extends TypedOperation<infer Data, never> ? Data : never;

/** The type of a document's variables. */
export type VariablesOf<Document> = Document extends TypedOperation<infer _, infer Variables> ? Variables : never;

/** Creates the document of a valid text. For the generated documents, which were validated against the schema. */
export function document<Data, Variables>(hash: string, text: string): TypedDocument<Data, Variables> {
  // Not frozen: urql stores a key in each document.
  return { ...parse(text, { noLocation: true }), text, hash };
}
