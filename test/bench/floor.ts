import { createServer } from "node:http";
import postgres from "postgres";

// One process of Node that responds from the products database without GraphQL, as the floor under what the shop takes: see operations.ts.

const sql = postgres(process.env.PRODUCTS_DATABASE_URL ?? "", { max: 10 });

const routes: Readonly<Record<string, (slug: string) => Promise<unknown>>> = {
  "/list": () => sql`
    SELECT p.id, p.slug, p.name, (
      SELECT json_agg(json_build_object('id', v.id, 'sku', v.sku, 'price', v.price, 'available', s.on_hand - s.reserved))
      FROM variants v JOIN stock_levels s ON s.variant_id = v.id WHERE v.product_id = p.id
    ) AS variants, (SELECT count(*)::int FROM products WHERE status = 'ACTIVE') AS total
    FROM products p WHERE p.status = 'ACTIVE' ORDER BY p.created_at DESC, p.id DESC LIMIT 12`,
  "/detail": (slug) => sql`
    SELECT p.id, p.name, p.description, (
      SELECT json_agg(json_build_object('id', v.id, 'name', v.name, 'sku', v.sku, 'price', v.price, 'options', v.options))
      FROM variants v WHERE v.product_id = p.id
    ) AS variants FROM products p WHERE p.slug = ${slug}`,
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  let body = "";
  for await (const part of request) body += part;
  const read = routes[url.pathname];
  const rows = await read?.(JSON.parse(body || "{}").slug ?? "");
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: rows }));
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
