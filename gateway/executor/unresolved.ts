/**
 * Objects whose subgraph says that there is no such entity, or none that the viewer may see, such as a product that is no longer on sale. What a
 * non-null field of theirs lacks is not a fault of a subgraph.
 */
export const unresolvedEntities = new WeakSet<object>();
