/** `npm run bench -- <name>` measures one thing, and exits with 1 when it is not as fast as it is meant to be. */
const benches: Readonly<Record<string, (words: readonly string[]) => Promise<boolean>>> = {
  catalogue: async (words) => (await import("./catalogue.ts")).benchCatalogue(words),
  plans: async (words) => (await import("./catalogue.ts")).benchPlans(words),
  gateway: async (words) => (await import("./gateway.ts")).benchGateway(words),
  orders: async (words) => (await import("./orders.ts")).benchOrders(words),
  users: async (words) => (await import("./users.ts")).benchUsers(words),
  prices: async (words) => (await import("./prices.ts")).benchPrices(words),
  operations: async (words) => (await import("./operations.ts")).benchOperations(words),
  statements: async (words) => (await import("./statements.ts")).benchStatements(words),
  vendure: async (words) => (await import("./vendure.ts")).benchVendure(words),
  hostile: async () => (await import("./gateway-hostile.ts")).benchHostile(),
};

const [name = "", ...words] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  console.error(`Say what is to be measured: npm run bench -- ${Object.keys(benches).join(" | ")}`);
  process.exitCode = 2;
} else if (!(await bench(words))) {
  process.exitCode = 1;
}
