import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  execute,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from "graphql";

/**
 * Subgraphs of the shop's own contracts that respond at once, in a process of their own, so that only the gateway is measured.
 * Each response is generated once from the schema and then sent again for the same body.
 */
const names = ["users", "products", "orders"] as const;

const pageSize = 20;
const listSize = 3;

const scalars: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 42,
  Float: 4.2,
  Decimal: "129.99",
  CurrencyCode: "USD",
  CountryCode: "US",
  DateTime: "2026-01-02T03:04:05.678Z",
  EmailAddress: "customer@example.com",
  URL: "https://images.example.com/products/laptop-pro-15.jpg",
  JSONObject: {},
  String: "A sentence about as long as a product's name",
};

let count = 0;

function madeUp(type: GraphQLOutputType, length: number): unknown {
  if (isNonNullType(type)) return madeUp(type.ofType, length);
  if (isListType(type)) {
    const item = getNamedType(type);
    return isObjectType(item) || item.name === "String"
      ? Array.from({ length }, () => madeUp(type.ofType, length))
      : [];
  }
  if (isObjectType(type)) return { __typename: type.name };
  if (isEnumType(type)) return type.getValues()[0]?.value;
  const { name } = getNamedType(type);
  if (name !== "ID") return scalars[name] ?? null;
  count += 1;
  return `01900000-0000-7000-8001-${String(count % 50).padStart(12, "0")}`;
}

async function respond(schema: GraphQLSchema, body: string): Promise<Buffer> {
  const { query, variables } = JSON.parse(body);
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    fieldResolver: (parent, args, _context, info) => {
      const given = parent?.[info.fieldName];
      if (given !== undefined) return given;
      const first = typeof args.first === "number" ? args.first : pageSize;
      return madeUp(info.returnType, /^(nodes|edges)$/.test(info.fieldName) ? first : listSize);
    },
  });
  return Buffer.from(JSON.stringify(result));
}

const addresses: Record<string, string> = {};
for (const name of names) {
  const sdl = readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), "utf8");
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
  const responses = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const body = Buffer.concat(parts).toString("utf8");
      let known = responses.get(body);
      if (known === undefined) {
        known = await respond(schema, body);
        responses.set(body, known);
      }
      response.writeHead(200, { "content-type": "application/json", "content-length": known.length });
      response.end(known);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  addresses[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
process.send?.(addresses);
process.on("disconnect", () => process.exit(0));
