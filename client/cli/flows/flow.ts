import { fashionMarket } from "./fashion-market.ts";
import { goGrpcKafka } from "./go-grpc-kafka.ts";
import { microserviceEcommerce } from "./microservice-ecommerce.ts";
import { polyglot } from "./polyglot.ts";
import { scalableEcommerce } from "./scalable-ecommerce.ts";
import type { Scenario } from "./scenario.ts";

/** A reference flow: what a user of another shop system does, done with this one. */
export interface Flow {
  readonly name: string;
  /** A short name that is accepted too. */
  readonly alias: string;
  readonly summary: string;
  /** @throws {Error} when a step does not have the expected result. */
  readonly run: (scenario: Scenario) => Promise<void>;
}

/** The reference flows, named after the kind of system that each is taken from. */
export const flows: readonly Flow[] = [
  {
    name: "fashion-market",
    alias: "r0",
    summary: "register, activate, sign in, create a product, order it",
    run: fashionMarket,
  },
  {
    name: "microservice-ecommerce",
    alias: "r1",
    summary: "order through the gateway, then manage users, products and stock",
    run: microserviceEcommerce,
  },
  { name: "polyglot", alias: "r2", summary: "order with an access token, and without one", run: polyglot },
  {
    name: "scalable-ecommerce",
    alias: "r3",
    summary: "check out a cart, cancel, and see stock and money returned",
    run: scalableEcommerce,
  },
  {
    name: "go-grpc-kafka",
    alias: "r4",
    summary: "pay an order, after a wrong total, a wrong amount and a declined card",
    run: goGrpcKafka,
  },
];

/** Returns the flow with a name or an alias; undefined when there is none. */
export function flowNamed(name: string): Flow | undefined {
  return flows.find((flow) => flow.name === name || flow.alias === name);
}
