import {
  buildASTSchema,
  buildSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isScalarType,
  Kind,
  parse,
  valueFromASTUntyped,
} from "graphql";

/** The graph that is served. */
export type Supergraph = {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  /** The whole schema, including what is inaccessible to clients. */
  readonly full: GraphQLSchema;
  /** The supergraph file, parsed. */
  readonly document: DocumentNode;
};

/**
 * Makes the schemas of a valid supergraph.
 *
 * @param apiSdl the schema that clients see, as SDL.
 */
export function makeSupergraph(supergraphSdl: string, apiSdl: string): Supergraph {
  const document = parse(supergraphSdl, { noLocation: true });
  return {
    schema: checkScalarLiterals(buildSchema(apiSdl, { assumeValid: true, assumeValidSDL: true, noLocation: true })),
    full: buildASTSchema(document, { assumeValid: true, assumeValidSDL: true }),
    document,
  };
}

/** The kind of literal that each of the shop's own scalars takes. */
const literalKinds: Readonly<Record<string, Kind.STRING | Kind.OBJECT>> = {
  DateTime: Kind.STRING,
  Decimal: Kind.STRING,
  CurrencyCode: Kind.STRING,
  CountryCode: Kind.STRING,
  EmailAddress: Kind.STRING,
  LanguageCode: Kind.STRING,
  URL: Kind.STRING,
  JSONObject: Kind.OBJECT,
};

/** Makes validation reject literals of the wrong kind, which subgraphs would only reject in the gateway's own request. */
export function checkScalarLiterals(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, kind] of Object.entries(literalKinds)) {
    const type = schema.getType(name);
    if (!isScalarType(type)) continue;
    type.parseLiteral = (node, variables) => {
      if (node.kind === kind) return valueFromASTUntyped(node, variables);
      const expected = kind === Kind.STRING ? "a string" : "an object";
      throw new GraphQLError(`${name} must be ${expected}.`, { nodes: node });
    };
  }
  return schema;
}
