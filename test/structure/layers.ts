/** The top folders, and the top folders that the sources of each may import besides their own. Tests and `test/` may import everything. */
export const topFolders: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  platform: ["schema"],
  drizzle: ["schema", "platform"],
  subgraphs: ["schema", "platform", "drizzle"],
  gateway: ["schema", "platform"],
  client: [],
  deploy: ["schema", "platform", "drizzle"],
  bin: ["schema", "platform", "drizzle", "subgraphs"],
};

/**
 * The rooms of each part, from the lowest layer to the highest. A room may import the rooms of the layers below it, and not those beside it.
 * A room is a folder, or a file that lies beside the folders.
 */
export const rooms: Readonly<Record<string, readonly (readonly string[])[]>> = {
  platform: [
    ["shop"],
    ["observability"],
    ["config"],
    ["database"],
    ["storage", "transport"],
    ["auth"],
    ["budgets", "http"],
    ["events"],
    ["email", "graphql"],
  ],
  "subgraphs/users": [
    ["env.ts", "shared"],
    ["security"],
    ["account/user.ts", "admin/permission.ts"],
    ["session"],
    ["security/reauthentication.ts"],
    ["account"],
    ["admin", "resolvers/payloads.ts"],
    ["social"],
    ["emails", "jobs"],
    ["context.ts", "models.ts"],
    ["resolvers"],
    ["subgraph.ts"],
    ["main.ts"],
  ],
  "subgraphs/products": [
    ["env.ts", "shared"],
    ["languages"],
    ["attributes"],
    ["catalogue"],
    ["markets"],
    ["listing", "inventory", "media"],
    ["reservation"],
    ["events", "models.ts"],
    ["jobs", "loaders.ts"],
    ["context.ts"],
    ["resolvers"],
    ["subgraph.ts"],
    ["main.ts"],
  ],
  "subgraphs/orders": [
    ["env.ts", "shared"],
    ["clients", "payment-providers", "pricing", "settings"],
    ["order/holds.ts"],
    ["services.ts"],
    ["tax", "shipping", "discount"],
    ["quote"],
    ["cart"],
    ["order"],
    ["payment"],
    ["fulfilment", "checkout", "returns"],
    ["invoice"],
    ["emails", "events", "jobs", "context.ts", "models.ts"],
    ["resolvers"],
    ["subgraph.ts"],
    ["main.ts"],
  ],
  gateway: [
    ["executor"],
    ["operations"],
    ["auth"],
    ["http"],
    ["env.ts", "subgraph-transport.ts"],
    ["workers.ts"],
    ["gateway.ts"],
    ["main.ts"],
  ],
  client: [["sdk"], ["cli"]],
};

/** Imports against this order that are still to be removed, as `<room> → <room>`. The list may only get shorter. */
export const exceptions: readonly string[] = [];
