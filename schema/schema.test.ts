import { readFileSync } from "node:fs";
import {
  buildASTSchema,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeDefinitionNode,
} from "graphql";
import { describe, expect, test } from "vitest";
import { composeSupergraph, readSubgraphs, type SubgraphContract } from "./build/compose.ts";
import { absolute, outputs, staleFiles } from "./build/outputs.ts";

const guards = ["authenticated", "requiresScopes"];
const roots = ["Query", "Mutation"];

/** A field of an object type of one contract. */
interface Field {
  readonly subgraph: SubgraphContract["name"];
  readonly type: string;
  readonly node: FieldDefinitionNode;
  /** `Type.field`. */
  readonly path: string;
}

type FieldsType = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode;

const fields: Field[] = readSubgraphs().flatMap(({ name, typeDefs }) =>
  typeDefs.definitions
    .filter(
      (definition): definition is FieldsType =>
        "fields" in definition &&
        definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INPUT_OBJECT_TYPE_EXTENSION,
    )
    .flatMap((type) =>
      (type.fields ?? []).map((node) => ({
        subgraph: name,
        type: type.name.value,
        node,
        path: `${type.name.value}.${node.name.value}`,
      })),
    ),
);

const has = (field: Field, directives: string[]) =>
  (field.node.directives ?? []).some((directive) => directives.includes(directive.name.value));
const isNullable = (field: Field) => field.node.type.kind !== Kind.NON_NULL_TYPE;
const paths = (some: Field[]) => some.map(({ path }) => path);

const { api, files } = await outputs();

describe("the committed files", () => {
  test("match the contracts", async () => {
    expect(await staleFiles(files)).toEqual([]);
  });

  test("are named when they are out of date", async () => {
    const changed = files.map((file, index) => (index === 1 ? { ...file, content: `${file.content}# more\n` } : file));
    expect(await staleFiles(changed)).toEqual(["schema/generated/supergraph.router.graphql"]);
  });

  test("have no auth directive for the gateway, which would not start, and every one for other routers", () => {
    const directives = (path: string) =>
      guards.map((guard) => readFileSync(absolute(path), "utf8").split(`@${guard}`).length - 1);
    expect(directives("schema/generated/supergraph.graphql")).toEqual([0, 0]);
    const forRouters = readFileSync(absolute("schema/generated/supergraph.router.graphql"), "utf8");
    const supergraph = parse(forRouters);
    const guarded = supergraph.definitions
      .filter((definition): definition is ObjectTypeDefinitionNode => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      .flatMap((type) =>
        (type.fields ?? [])
          .filter((field) => (field.directives ?? []).some((directive) => guards.includes(directive.name.value)))
          .map((field) => `${type.name.value}.${field.name.value}`),
      );
    expect(guarded.sort()).toEqual(paths(fields.filter((field) => has(field, guards))).sort());
    expect(guarded.length).toBeGreaterThan(0);
  });
});

describe("an error or an outage nulls one field and not its parent:", () => {
  test("every root field is nullable", () => {
    const rootFields = fields.filter(({ type }) => roots.includes(type));
    expect(rootFields.length).toBeGreaterThan(0);
    expect(paths(rootFields.filter((field) => !isNullable(field)))).toEqual([]);
  });

  test("every guarded field is nullable", () => {
    expect(paths(fields.filter((field) => has(field, guards) && !isNullable(field)))).toEqual([]);
  });

  test("every field that a subgraph contributes to an entity of another is nullable", () => {
    const home: Record<string, SubgraphContract["name"]> = {
      User: "users",
      Product: "products",
      ProductVariant: "products",
    };
    const contributed = fields.filter(
      ({ type, subgraph, node }) => home[type] !== undefined && home[type] !== subgraph && node.name.value !== "id",
    );
    expect(paths(contributed).sort()).toEqual(["User.cart", "User.orders", "User.products"]);
    expect(paths(contributed.filter((field) => !isNullable(field)))).toEqual([]);
  });

  test("every field that returns an entity of another subgraph is nullable", () => {
    const foreign: Record<SubgraphContract["name"], string[]> = {
      users: [],
      products: ["User"],
      orders: ["User", "Product", "ProductVariant", "Market"],
    };
    const ways = fields.filter(({ subgraph, node }) => {
      const type = node.type.kind === Kind.NON_NULL_TYPE ? node.type.type : node.type;
      return type.kind === Kind.NAMED_TYPE && foreign[subgraph].includes(type.name.value);
    });
    expect(paths(ways)).toContain("Product.owner");
    expect(paths(ways.filter((field) => !isNullable(field)))).toEqual([]);
  });
});

test("mutations take one input or one id; those of the first release that take more stay, and no more of them come", () => {
  const shapes = fields
    .filter(({ type }) => type === "Mutation")
    .map(({ node }) => `${node.name.value}(${(node.arguments ?? []).map(({ name }) => name.value).join(", ")})`);
  expect(shapes.filter((shape) => !/\((input|id)\)$/.test(shape)).sort()).toEqual([
    "addressUpdate(id, input)",
    "cartClaim(cartToken, strategy)",
    "cartClear(cartToken)",
    "categoryUpdate(id, input)",
    "orderClaim(guestOrderToken)",
    "orderItemAdd(orderId, input, idempotencyKey, expectedVersion)",
    "orderItemRemove(orderId, itemId, expectedVersion)",
    "orderItemUpdate(orderId, itemId, quantity, expectedVersion)",
    "orderNoteAdd(orderId, note, visibleToBuyer)",
    "orderShippingAddressUpdate(orderId, address, expectedVersion)",
    "productUpdate(id, input)",
    "productVariantCreate(productId, input)",
    "productVariantUpdate(id, input)",
    "tokenRevokeAll()",
    "userDisable(userId)",
    "userEnable(userId)",
    "userPermissionsSet(userId, permissions)",
    "userRoleSet(userId, role)",
  ]);
});

describe("the guarded fields", () => {
  const scopes = (path: string): string[][] =>
    fields
      .filter((field) => field.path === path)
      .flatMap(({ node }) => node.directives ?? [])
      .filter((directive) => directive.name.value === "requiresScopes")
      .flatMap((directive) => directive.arguments ?? [])
      .flatMap(({ value }) => (value.kind === Kind.LIST ? value.values : []))
      .map((inner) =>
        inner.kind === Kind.LIST ? inner.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : [])) : [],
      );

  test("require permissions that exist", () => {
    const permissions = new Set(
      "products:write categories:write orders:read orders:write payments:write settings:write discounts:write users:read users:write".split(
        " ",
      ),
    );
    const asked = fields.flatMap(({ path }) => scopes(path).flat());
    expect(new Set(asked)).toEqual(permissions);
  });

  test("include every private field of a user", () => {
    const open = ["id", "displayName", "username", "createdAt", "products"];
    const unguarded = fields.filter((field) => field.type === "User" && !has(field, guards));
    expect([...new Set(unguarded.map(({ node }) => node.name.value))].sort()).toEqual(open.sort());
  });

  test("include every mutation except those that guests may send", () => {
    const forGuests = [
      "accountActivate",
      "accountActivationResend",
      "accountRegister",
      "cartClear",
      "cartDiscountCodeAdd",
      "cartDiscountCodeRemove",
      "cartItemAdd",
      "cartItemRemove",
      "cartItemUpdate",
      "cartMarketSet",
      "checkoutComplete",
      "emailChangeConfirm",
      "oauthTokenCreate",
      "orderCancel",
      "passwordReset",
      "passwordResetRequest",
      "paymentProcess",
      "returnRequest",
      "tokenCreate",
      "tokenRefresh",
      "tokenRevoke",
    ];
    const open = fields.filter((field) => field.type === "Mutation" && !has(field, [...guards, "inaccessible"]));
    expect(open.map(({ node }) => node.name.value).sort()).toEqual(forGuests);
  });

  test.each([
    ["Query.users", "users:read"],
    ["Query.orders", "orders:read"],
    ["Query.lowStock", "products:write"],
    ["ProductVariant.inventory", "products:write"],
    ["Mutation.productCreate", "products:write"],
    ["Mutation.categoryCreate", "categories:write"],
    ["Mutation.orderStatusUpdate", "orders:write"],
    ["Mutation.refundCreate", "payments:write"],
    ["Mutation.marketCreate", "settings:write"],
    ["Mutation.userRoleSet", "users:write"],
  ])("let %s be reached only with the permission %s", (path, scope) => {
    expect(scopes(path)).toEqual([[scope]]);
  });
});

describe("what subgraphs request from each other", () => {
  const internal = fields.filter((field) => has(field, ["inaccessible"]));
  const internalTypes = readSubgraphs()
    .flatMap(({ typeDefs }) => typeDefs.definitions)
    .filter((definition): definition is TypeDefinitionNode => "name" in definition && "directives" in definition)
    .filter((definition) => (definition.directives ?? []).some((directive) => directive.name.value === "inaccessible"));

  test("is not in the schema that clients see", () => {
    expect(paths(internal).sort()).toEqual(["Mutation.stockReserve", "Query.buyer", "Query.orderableVariants"]);
    const seen = internal.filter(({ type, node }) => {
      const found = api.getType(type);
      return found !== undefined && "getFields" in found && node.name.value in found.getFields();
    });
    expect(paths(seen)).toEqual([]);
  });

  test("uses types that are not in the schema that clients see", () => {
    expect(internalTypes.length).toBeGreaterThan(0);
    expect(internalTypes.map(({ name }) => name.value).filter((name) => api.getType(name) !== undefined)).toEqual([]);
  });

  test("is inaccessible in the gateway's supergraph, so that no query for it is planned", () => {
    const supergraph = buildASTSchema(parse(readFileSync(absolute("schema/generated/supergraph.graphql"), "utf8")), {
      assumeValidSDL: true,
    });
    const node = supergraph.getQueryType()?.getFields().buyer?.astNode;
    expect(node?.directives?.map((directive) => directive.name.value)).toContain("inaccessible");
  });
});

describe("composition", () => {
  const altered = (name: SubgraphContract["name"], from: string, to: string): SubgraphContract[] =>
    readSubgraphs().map((subgraph) => {
      if (subgraph.name !== name) return subgraph;
      const text = readFileSync(absolute(`schema/${name}.graphql`), "utf8");
      expect(text).toContain(from);
      return { ...subgraph, typeDefs: parse(text.replace(from, to)) };
    });

  test("fails for contracts that contradict each other, and names the field", () => {
    expect(() => composeSupergraph(altered("orders", "amount: Decimal!", "amount: Int!"))).toThrow(/Money\.amount/);
  });

  test("fails for a field that no router can reach", () => {
    const unreachable = altered(
      "orders",
      'type User @key(fields: "id") {',
      'type User @key(fields: "id", resolvable: false) {',
    );
    expect(() => composeSupergraph(unreachable)).toThrow(/satisfiability|cannot be satisfied|cannot be resolved/i);
  });
});
