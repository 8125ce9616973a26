/** A request made to cost more than it should. */
export type HostileRequest = {
  readonly name: string;
  /** A body's text, or what becomes one. */
  readonly request: string | { readonly query: string; readonly variables?: unknown };
  /** The code with which it is rejected; "served" where it is executed at the price of an ordinary request. */
  readonly code: string;
  /** The limit that it breaks. */
  readonly limit?: string;
};

const repeat = (times: number, make: (index: number) => string) =>
  Array.from({ length: times }, (_item, index) => make(index)).join(" ");
const nest = (times: number, open: string, inner: string) =>
  `${`${open} { `.repeat(times)}${inner}${" }".repeat(times)}`;

const doubling = (levels: number, inner: string) =>
  `{ products { nodes { ...F0 } } } ${repeat(levels, (index) => `fragment F${index} on Product { ...F${index + 1} ...F${index + 1} }`)} fragment F${levels} on Product { ${inner} }`;

const deepInput = (levels: number) => {
  let value: unknown = "x";
  for (let level = 0; level < levels; level += 1) value = { x: value };
  return value;
};

/** Requests over the shop's own graph that have brought other gateways down, or would. */
export const hostileRequests: readonly HostileRequest[] = [
  ...[8, 10, 16, 20, 25, 30].map((levels) => ({
    name: `fragments that double ${levels} times`,
    request: { query: doubling(levels, "id") },
    code: levels < 9 ? "served" : "OPERATION_TOO_COMPLEX",
    ...(levels < 9 ? {} : { limit: "recursiveSelections" }),
  })),
  {
    name: "fragments that double with aliases of __typename",
    request: { query: doubling(8, "a: __typename b: __typename") },
    code: "OPERATION_TOO_COMPLEX",
    limit: "recursiveSelections",
  },
  {
    name: "a fragment within itself",
    request: { query: "{ products { nodes { ...A } } } fragment A on Product { ...B } fragment B on Product { ...A }" },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "a hundred fragments within each other",
    request: {
      query: `{ products { nodes { ...F0 } } } ${repeat(100, (index) => `fragment F${index} on Product { ...F${(index + 1) % 100} }`)}`,
    },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "300 aliases of __typename",
    request: { query: `{ ${repeat(300, (index) => `a${index}: __typename`)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "aliases",
  },
  {
    name: "an alias of 90,000 characters in a list",
    request: { query: `{ products(first: 100) { nodes { ${"a".repeat(90_000)}: id } } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "nameCharacters",
  },
  {
    name: "an operation's name of 90,000 characters",
    request: { query: `query ${"a".repeat(90_000)} { products { nodes { id } } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "nameCharacters",
  },
  {
    name: "a variable of the name that plans use",
    request: {
      query: `query ($representations: Int) { me { orders(first: $representations) { nodes { id } } } }`,
      variables: { representations: 1 },
    },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "31 aliases of a field",
    request: { query: `{ ${repeat(31, (index) => `a${index}: product(slug: "x") { id }`)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "aliases",
  },
  {
    name: "a field 900 times",
    request: { query: `{ ${repeat(900, () => "__typename")} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "repeatedNames",
  },
  {
    name: "the same fields in 90 inline fragments",
    request: {
      query: `{ products { nodes { ${repeat(90, () => "... on Product { id name slug description createdAt }")} } } }`,
    },
    code: "served",
  },
  {
    name: "a field with other arguments each time",
    request: { query: `{ ${repeat(9, (index) => `product(slug: "${index}") { id name }`)} }` },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "100 directives on a field",
    request: { query: `{ products ${repeat(100, () => "@include(if: true)")} { nodes { id } } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "directives",
  },
  {
    name: "300 directives that there are not",
    request: { query: `{ products ${repeat(300, (index) => `@d${index}`)} { nodes { id } } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "directives",
  },
  {
    name: "600 fields that there are not",
    request: { query: `{ products { nodes { ${repeat(600, (index) => `nam${index}`)} } } }` },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "2,100 tokens",
    request: { query: `{ ${repeat(1_050, (index) => `f${index} g${index}`)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "tokens",
  },
  {
    name: "49,000 tokens",
    request: { query: `{ ${"a ".repeat(49_000)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "tokens",
  },
  {
    name: "13 levels",
    request: { query: `{ me { ${nest(5, "cart { user", "cart { id }")}${" }".repeat(5)} } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "depth",
  },
  {
    name: "owners of products of orders of owners",
    request: {
      query: `{ me { orders { nodes { items { product { owner { orders { nodes { items { product { owner { id } } } } } } } } } } } }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  { name: "600 braces", request: { query: nest(600, "a", "b") }, code: "GRAPHQL_PARSE_FAILED" },
  {
    name: "a list of 1,900 brackets",
    request: { query: `{ product(id: ${"[".repeat(950)}${"]".repeat(950)}) { id } }` },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "the schema of the schema of the schema",
    request: { query: `{ __schema { types { ${nest(6, "fields { type", "name")} ${"} ".repeat(6)} } } }` },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "a page of pages",
    request: {
      query: "{ products(first: 100) { nodes { variants { id } owner { orders(first: 100) { nodes { id } } } } } }",
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  {
    name: "a page of a million, by variable",
    request: { query: "query ($n: Int) { products(first: $n) { nodes { id } } }", variables: { n: 1_000_000 } },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  {
    name: "five mutations",
    request: { query: `mutation { ${repeat(5, (index) => `a${index}: cartClear { cart { id } }`)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "rootMutationFields",
  },
  {
    name: "two sign-ins",
    request: {
      query: `mutation { ${repeat(2, (index) => `a${index}: tokenCreate(input: { email: "a@example.com", password: "x" }) { accessToken }`)} }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "rootMutationFields",
  },
  {
    name: "two sign-ins in a fragment",
    request: {
      query: `mutation { ...A } fragment A on Mutation { ${repeat(2, (index) => `a${index}: tokenCreate(input: { email: "a@example.com", password: "x" }) { accessToken }`)} }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "rootMutationFields",
  },
  {
    name: "two checkouts",
    request: {
      query: `mutation { ${repeat(2, (index) => `a${index}: checkoutComplete(input: { idempotencyKey: "${index}" }) { order { id } }`)} }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "rootMutationFields",
  },
  {
    name: "a list of 20,000 ids",
    request: {
      query: "query ($ids: [ID!]) { products(filter: { ids: $ids }) { nodes { id } } }",
      variables: { ids: Array.from({ length: 20_000 }, (_item, index) => `id${index}`) },
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "variableValues",
  },
  {
    name: "an object of 1,900 fields that there are not",
    request: {
      query: "query ($filter: ProductFilter) { products(filter: $filter) { nodes { id } } }",
      variables: { filter: Object.fromEntries(Array.from({ length: 1_900 }, (_item, index) => [`f${index}`, index])) },
    },
    code: "BAD_USER_INPUT",
  },
  {
    name: "an object of 10,000 fields",
    request: {
      query: "query ($filter: ProductFilter) { products(filter: $filter) { nodes { id } } }",
      variables: { filter: Object.fromEntries(Array.from({ length: 10_000 }, (_item, index) => [`f${index}`, index])) },
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "variableValues",
  },
  {
    name: "variables nested 20,000 levels deep",
    request: `{"query":"query ($filter: ProductFilter) { products(filter: $filter) { nodes { id } } }","variables":{"filter":${'{"x":'.repeat(20_000)}1${"}".repeat(20_000)}}}`,
    code: "OPERATION_TOO_COMPLEX",
    limit: "variablesDepth",
  },
  {
    name: "metadata nested 1,000 levels deep",
    request: {
      query: "mutation ($input: OrderCreateInput!) { orderCreate(input: $input) { order { id } } }",
      variables: { input: { idempotencyKey: "x", items: [], metadata: deepInput(1_000) } },
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "variablesDepth",
  },
  {
    name: "a number in metadata that no number is",
    request: {
      query:
        'mutation { orderCreate(input: { idempotencyKey: "x", items: [], metadata: { n: 1e999 } }) { order { id } } }',
    },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "an alias __proto__",
    request: { query: "{ __proto__: products { nodes { id } } }" },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "an alias __proto__ further in",
    request: { query: "{ products { nodes { __proto__: id } } }" },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "aliases that every object has",
    request: { query: "{ constructor: products { toString: nodes { valueOf: id hasOwnProperty: name } } }" },
    code: "served",
  },
  {
    name: "a variable __proto__",
    request: { query: "query ($__proto__: Int) { products(first: $__proto__) { nodes { id } } }" },
    code: "served",
  },
  {
    name: "an argument of 90,000 characters",
    request: { query: `{ products(search: "${"x".repeat(90_000)}") { nodes { id } } }` },
    code: "served",
  },
  {
    name: "an argument of 200,000 characters",
    request: { query: `{ products(search: "${"x".repeat(200_000)}") { nodes { id } } }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "documentCharacters",
  },
  {
    name: "500 variables",
    request: { query: `query (${repeat(400, (index) => `$v${index}: Int`)}) { products { nodes { id } } }` },
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  {
    name: "inline fragments nested under 24 condition variables",
    request: {
      query: `query (${repeat(24, (index) => `$b${index}: Boolean = true`)}) { products { nodes { ${repeat(24, (index) => `... @include(if: $b${index}) {`)} id ${"} ".repeat(24)} } } }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "conditionVariables",
  },
  {
    name: "30 counts over the catalogue",
    request: {
      query: `{ ${repeat(30, (index) => `a${index}: products(first: 1) { ...C }`)} } fragment C on ProductConnection { totalCount }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "catalogueCounts",
  },
  {
    name: "inline fragments nested under 8 condition variables",
    request: {
      query: `query (${repeat(8, (index) => `$b${index}: Boolean = true`)}) { products { nodes { ${repeat(8, (index) => `... @include(if: $b${index}) { p${index}: owner { displayName }`)} id ${"} ".repeat(8)} } } }`,
    },
    code: "served",
  },
  {
    name: "8 condition variables beside each other, around owners of owners",
    request: {
      query: `query (${repeat(8, (index) => `$b${index}: Boolean = true`)}) { products { nodes { ${repeat(8, (index) => `... @include(if: $b${index}) { owner { displayName } variants { id product { owner { displayName } } } }`)} } } }`,
    },
    code: "served",
  },
  {
    name: "30 products with their sellers",
    request: {
      query: `{ ${repeat(30, (index) => `a${index}: product(slug: "x") { id owner { displayName } variants { id } }`)} }`,
    },
    code: "served",
  },
  {
    name: "30 searches",
    request: {
      query: `{ ${repeat(30, (index) => `a${index}: products(first: 1, search: "shirt") { nodes { id } }`)} }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  {
    name: "30 suggestions",
    request: { query: `{ ${repeat(30, (index) => `a${index}: productSuggestions(prefix: "s${index}") { id }`)} }` },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  {
    name: "a count for each seller of a page",
    request: { query: "{ products(first: 20) { nodes { owner { products(first: 1) { totalCount } } } } }" },
    code: "OPERATION_TOO_COMPLEX",
    limit: "cost",
  },
  {
    name: "the facets of a search, for each of three lists",
    request: {
      query: `{ ${repeat(3, (index) => `a${index}: products(first: 1, search: "a") { facets { inStock } }`)} }`,
    },
    code: "OPERATION_TOO_COMPLEX",
    limit: "catalogueCounts",
  },
];
