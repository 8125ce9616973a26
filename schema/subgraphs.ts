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

/** Returns one value for each subgraph. */
export function bySubgraph<Value>(make: (subgraph: Subgraph) => Value): Record<Subgraph, Value> {
  return Object.fromEntries(subgraphs.map((subgraph) => [subgraph, make(subgraph)])) as Record<Subgraph, Value>;
}

/** Returns one value for each subgraph, computed concurrently. Rejects with the first error. */
export async function bySubgraphAsync<Value>(
  make: (subgraph: Subgraph) => Promise<Value>,
): Promise<Record<Subgraph, Value>> {
  const entries = await Promise.all(subgraphs.map(async (subgraph) => [subgraph, await make(subgraph)] as const));
  return Object.fromEntries(entries) as Record<Subgraph, Value>;
}
