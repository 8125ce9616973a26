/** What editors and tools use to complete and validate operations: the API of the whole graph, and the SDK's operations. */
export default {
  schema: "client/sdk/generated/schema.graphql",
  documents: "client/sdk/**/*.graphql",
};
