import ipaddr from "ipaddr.js";
import { z } from "zod";

/** `allowed` serves the demo accounts although other machines may reach this one. */
export const demoAccountsVariable = z.enum(["loopback", "allowed"]).default("loopback");

/** Why demo accounts, whose passwords are in the README, must not be served with these settings; undefined if they may be. */
export function demoAccountsProblem(env: {
  readonly NODE_ENV: string;
  readonly HOST: string;
  readonly DEMO_ACCOUNTS: z.infer<typeof demoAccountsVariable>;
}): string | undefined {
  if (env.NODE_ENV === "production") return "Demo accounts cannot be served in production.";
  if (env.DEMO_ACCOUNTS === "allowed" || isLoopback(env.HOST)) return undefined;
  return (
    `HOST=${env.HOST} lets other machines sign in to the demo accounts, whose passwords everyone knows. ` +
    "Set DEMO_ACCOUNTS=allowed if that is intended."
  );
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
