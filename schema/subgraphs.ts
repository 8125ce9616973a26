/**
 * The subgraphs of the graph, in the order in which they are composed, migrated and started. This is the only list of them.
 * A subgraph's name is the name of its contract (`schema/<name>.graphql`), storage (`drizzle/<name>`) and behaviour (`subgraphs/<name>`).
 */
export const subgraphs = ["users", "products", "orders"] as const;

/** The name of a subgraph. */
export type Subgraph = (typeof subgraphs)[number];

/** The development port of a subgraph's GraphQL endpoint: 4001, 4002, … in the order of {@link subgraphs}. */
export function developmentPort(subgraph: Subgraph): number {
  return 4_001 + subgraphs.indexOf(subgraph);
}
