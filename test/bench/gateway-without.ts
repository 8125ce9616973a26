import { startGateway } from "#gateway/gateway.ts";

// Our gateway as a process of its own, without request coalescing.

await startGateway(process.env, { without: { coalescing: true } });
process.on("disconnect", () => process.exit(0));
