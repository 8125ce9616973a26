import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

type S3rver = { run(): Promise<AddressInfo> };

// The package brings no types.
const S3rver: new (options: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: readonly { name: string }[];
}) => S3rver = createRequire(import.meta.url)("@20minutes/s3rver");

const [directory = "", bucket = ""] = process.argv.slice(2);
const server = new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
process.send?.(port);
process.once("disconnect", () => process.exit());
