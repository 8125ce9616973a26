import { startGateway } from "#gateway/gateway.ts";

/** Our gateway as a process of its own, without what the words name: `passthrough`, `coalescing`. */
const words = process.argv.slice(2);
await startGateway(process.env, {
  without: { passthrough: words.includes("passthrough"), coalescing: words.includes("coalescing") },
});
process.on("disconnect", () => process.exit(0));
