import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { openSupergraph } from "#gateway/executor/supergraph.ts";
import { openOperations } from "#gateway/operations/operation.ts";
import { hostileRequests } from "#gateway/testing/hostile-operations.ts";
import { ApiError } from "#platform/shop/api-error.ts";

const runs = 7;
const repeatedRuns = 50;
const ordinary =
  "query Ordinary { products(first: 20) { nodes { id name slug variants { id price { amount } } } pageInfo { endCursor } } }";

/**
 * Measures what each request of the hostile corpus costs the gateway before anything is fetched for it: seen for the first time, as the median of
 * seven gateways that have not seen it, and repeated. Beside them an ordinary request.
 */
export async function benchHostile(): Promise<boolean> {
  const sdl = readFileSync(new URL("../../schema/generated/supergraph.graphql", import.meta.url), "utf8");
  const supergraph = await openSupergraph(sdl);
  const requests = [
    { name: "an ordinary request", request: { query: ordinary }, code: "answered" },
    ...hostileRequests,
  ];
  console.log("| request | bytes | is | first ms | repeated ms |\n| --- | ---: | --- | ---: | ---: |");
  let worstMs = 0;
  for (const { name, request, code } of requests) {
    const text = typeof request === "string" ? request : JSON.stringify(request);
    const firsts: number[] = [];
    const repeats: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const operations = openOperations(supergraph, { introspection: true });
      const consider = () => {
        const startedAt = performance.now();
        const { query, variables = {} } = JSON.parse(text);
        try {
          operations.get(query, undefined).coerce(variables);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
        }
        return performance.now() - startedAt;
      };
      firsts.push(consider());
      for (let repeat = 0; repeat < repeatedRuns / runs; repeat += 1) repeats.push(consider());
    }
    worstMs = Math.max(worstMs, median(firsts));
    console.log(
      `| ${name} | ${text.length} | ${code} | ${median(firsts).toFixed(2)} | ${median(repeats).toFixed(3)} |`,
    );
  }
  return worstMs < worstMsMax;
}

const worstMsMax = 250;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
