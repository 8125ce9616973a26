import { Supergraph as FederatedSupergraph, operationFromDocument } from "@apollo/federation-internals";
import { ApolloGateway } from "@apollo/gateway";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  NoSchemaIntrospectionCustomRule,
  printSchema,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import { checkScalarLiterals } from "../executor/supergraph.ts";
import { chooseDefinition, parseDocument } from "./document.ts";
import { rejectAll } from "./rejection.ts";
import { checkSelections } from "./selections.ts";

/** How operations are validated. */
export type PlanningOptions = {
  /** Whether clients may query the schema. */
  readonly introspection: boolean;
  /** Whether errors may suggest names that the client did not use. */
  readonly suggestions: boolean;
};

/** What plans operations on one supergraph. */
export type Planning = {
  /** The schema that clients see, as SDL. */
  readonly apiSdl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Validates and plans an operation. @throws {ApiError} for a document that is not valid or selects too much. */
  plan(text: string, operationName: string | undefined): QueryPlan;
};

const validationErrorsMax = 10;

/**
 * Loads a supergraph. Apollo's gateway validates it as it would at its own start, and Apollo's query planner plans by it.
 *
 * @throws {Error} for an invalid supergraph.
 */
export async function openPlanning(supergraphSdl: string, options: PlanningOptions): Promise<Planning> {
  await checkSupergraph(supergraphSdl);
  const supergraph = FederatedSupergraph.build(supergraphSdl);
  const planner = new QueryPlanner(supergraph);
  const apiSchema = supergraph.apiSchema();
  const schema = checkScalarLiterals(apiSchema.toGraphQLJSSchema());
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return {
    apiSdl: printSchema(schema),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    plan: (text, operationName) => {
      const document = parseDocument(text);
      const errors = validate(schema, document, rules, { maxErrors: validationErrorsMax });
      rejectAll("GRAPHQL_VALIDATION_FAILED", errors, options.suggestions);
      checkSelections(schema, document);
      const { name } = chooseDefinition(document, operationName);
      const planned = withoutIntrospection(document);
      return planner.buildQueryPlan(
        operationFromDocument(apiSchema, planned, name === undefined ? {} : { operationName: name.value }),
      );
    },
  };
}

async function checkSupergraph(supergraphSdl: string): Promise<void> {
  // Without this, the gateway would send usage reports every hour.
  process.env.APOLLO_TELEMETRY_DISABLED = "true";
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    __exposeQueryPlanExperimental: false,
  });
  await gateway.load();
  await gateway.stop();
}

/**
 * The document with `__typename` in place of `__schema` and `__type`: the gateway introspects by itself, and the planner does not know the newer
 * introspection fields.
 */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  const replace = (field: FieldNode): FieldNode | undefined => {
    if (field.name.value !== "__schema" && field.name.value !== "__type") return undefined;
    const { selectionSet: _selections, arguments: _arguments, ...rest } = field;
    return { ...rest, alias: field.alias ?? field.name, name: { kind: Kind.NAME, value: "__typename" } };
  };
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith("__") ? null : undefined),
    Field: replace,
  });
}
