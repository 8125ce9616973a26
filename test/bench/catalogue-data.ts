import postgres from "postgres";
import { fillTranslations, fillTree, indexTranslations, makeAttributes } from "./catalogue-content.ts";
import { dropIndexes } from "./sizes.ts";

const connectionsMax = 2;
const rowsPerStatement = 20_000;
const reportEveryRows = 200_000;
const triggered = ["products", "variants", "stock_levels", "product_attribute_values", "product_translations"];

/**
 * Fills a migrated products database with made-up products, always the same ones: two-word names with a number, descriptions of twelve words
 * whose frequencies fall as in a language, one or two of 100 categories in 10 groups, three of 500 tags, nine in ten priced in USD, nine in ten in stock.
 * Two words, "quixotic" and "zephyr", each stand in a hundredth of the products, and together in exactly 500. One tag, "vintage", stands on
 * the oldest hundredth alone, and "rare" on twenty products spread over all. One product in three has attributes and a size, one in twenty is translated.
 *
 * @param isRooted puts two more categories above all groups.
 */
export async function fillCatalogue(
  url: string,
  products: number,
  report: (sentence: string) => void,
  isRooted = false,
): Promise<void> {
  const sql = postgres(url, { max: connectionsMax, onnotice: () => {}, connection: { synchronous_commit: "off" } });
  try {
    const tables = [
      "products",
      "variants",
      "stock_levels",
      "stock_movements",
      "search_words",
      "search_index",
      "listing_index",
      "variant_prices",
      "market_listing",
      "product_attribute_values",
      "product_translations",
      "translation_index",
      "translation_words",
    ];
    // What the triggers would do row by row is done at once afterwards.
    await sql.unsafe(triggered.map((table) => `alter table ${table} disable trigger user`).join("; "));
    const restoreIndexes = await dropIndexes(sql, tables);
    await sql.unsafe(makeId);
    await fillTree(sql, isRooted);
    await makeAttributes(sql);
    let next = 0;
    await Promise.all(
      Array.from({ length: connectionsMax }, async () => {
        for (let from = next; from < products; from = next) {
          next += rowsPerStatement;
          await insertProducts(sql, from, Math.min(from + rowsPerStatement, products), products, isRooted);
          if (next % reportEveryRows < rowsPerStatement) report(`${Math.min(next, products)} of ${products} products`);
        }
      }),
    );
    await sql`
      insert into stock_levels (variant_id, product_id, on_hand)
      select id, product_id, case when abs(hashint8(price)) % 10 = 0 then 0 else 1 + abs(hashint8(price)) % 100 end from variants`;
    await sql`
      insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change)
      select gen_random_uuid(), variant_id, 'INITIAL', on_hand, 0 from stock_levels`;
    await sql`
      insert into search_words (word, stem)
      select word, (tsvector_to_array(to_tsvector('shop', word)))[1]
      from ts_stat('select to_tsvector(''shop_words'', name || '' '' || description || '' '' || array_to_string(tags, '' '')) from products')
      where to_tsvector('shop', word) <> '' and length(word) between 2 and 40
      on conflict do nothing`;
    await sql`
      insert into listing_index (product_id, label_id, created_at, name, currency, price)
      select id, label_id, created_at, lower(name), currency, price_min
      from products, lateral (
        select unnest(category_ids) as label_id union select unnest(label_ids) union select tag_label_id(tag) from unnest(tags) tag
      ) labels`;
    await fillMarkets(sql);
    await fillTranslations(sql, products);
    await sql`
      insert into search_index (product_id, language, is_active, created_at, category_ids, tags, label_ids, translated, document)
      select products.id, 'en', true, products.created_at, category_ids, tags, label_ids,
        array(select language from product_translations given where given.product_id = products.id),
        setweight(to_tsvector('shop_names', search_index_text(products.name)), 'A')
          || setweight(to_tsvector('shop', search_index_text(description || ' ' || array_to_string(tags, ' '))), 'B')
          || setweight(to_tsvector('shop', search_index_text(sku)), 'C')
      from products join variants on variants.product_id = products.id`;
    report("indexes");
    await restoreIndexes();
    await sql.unsafe("analyze");
    await indexTranslations(sql, products);
    await sql`
      update categories set product_count = counted.count
      from (select category_id, count(*) from products, unnest(category_ids) category_id where status = 'ACTIVE' group by 1) counted
      where counted.category_id = categories.id`;
    await sql.unsafe(triggered.map((table) => `alter table ${table} enable trigger user`).join("; "));
    await sql.unsafe("vacuum analyze");
  } finally {
    await sql.end();
  }
}

/**
 * Four markets: the default one in USD; "ca" in USD, where everything costs the same but for one in ten products; "eu" in EUR, where everything has a
 * price of its own; "ch" in CHF, where one product in a hundred is sold.
 */
async function fillMarkets(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into markets (id, code, name, currency, countries, languages, prices_include_tax, listed_at)
    select id, code, code, currency, array[upper(code)], '{en}', currency <> 'USD', now()
    from (values (default_market_id(), 'us', 'USD'), (made_id(5, 1), 'ca', 'USD'), (made_id(5, 2), 'eu', 'EUR'), (made_id(5, 3), 'ch', 'CHF'))
      as given(id, code, currency)
    on conflict do nothing`;
  await sql`
    insert into variant_prices (variant_id, market_id, currency, price, valid_from)
    select variants.id, markets.id, case when code = 'us' then products.currency else markets.currency end,
      case code when 'us' then price when 'ca' then price + 100 else price * 9 / 10 + 1 end, variants.created_at
    from variants join products on products.id = product_id, markets
    where code in ('us', 'eu') or code = 'ca' and price % 10 = 0 or code = 'ch' and price % 100 = 0`;
  await sql`
    insert into market_listing (product_id, market_id, label_id, created_at, name, price_min, price_max, valid_from, valid_until)
    select products.id, markets.id, label_id, products.created_at, lower(products.name), sold.price, sold.price, '-infinity', 'infinity'
    from products join variants on variants.product_id = products.id cross join markets
      left join variant_prices own
        on own.variant_id = variants.id and own.market_id = markets.id and own.currency = markets.currency,
      lateral (select coalesce(own.price, case when code = 'ca' and products.currency = 'USD' then variants.price end) as price) sold,
      lateral (select every_product_label() as label_id union select label_id from listing_index where product_id = products.id) labels
    where sold.price is not null`;
}

/** Ids whose time is their number's, as those of products made one after the other. */
const makeId = `
  create function made_id(kind int, n bigint) returns uuid language sql immutable parallel safe
  return ('019' || kind::text || lpad(to_hex(n >> 16), 4, '0') || '-' || lpad(to_hex(n & 65535), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;

async function insertProducts(
  sql: postgres.Sql,
  from: number,
  to: number,
  products: number,
  isRooted: boolean,
): Promise<void> {
  const together = Math.max(1, Math.floor(products / 500));
  await sql`
    with numbers as (
      select n::bigint, abs(hashint8extended(n, 1)) as a, abs(hashint8extended(n, 2)) as b, abs(hashint8extended(n, 3)) as c
      from generate_series(${from}::bigint, ${to - 1}::bigint) n
    ), made as (
      select made_id(0, n) as id, n, a, b, c,
        'Brand' || a % 200 || ' Model' || b % 300 || ' ' || n as name,
        (select string_agg('word' || floor(exp(ln(4000.0) * (abs(hashint8extended(n * 16 + w, 4)) % 100000) / 100000.0))::int, ' ')
          from generate_series(1, 12) w)
          || case when n % ${together} = 0 then ' quixotic zephyr' when n % 100 = 1 then ' quixotic' when n % 100 = 2 then ' zephyr' else '' end
          || ' good quality' as description,
        array['tag' || b % 500, 'tag' || c % 500]
          || case when n < ${products}::bigint / 100 then array['vintage'] else '{}' end
          || case when n % (${products}::bigint / 20) = 7 then array['rare'] else '{}' end as tags,
        case when a % 3 = 0 then array[b % 100, (b + 1) % 100] else array[b % 100] end as chosen,
        case when n % 3 = 0 then made_id(7, a % 10) end as colour_id,
        case when n % 3 = 0 and a / 10 % 10 = 0 then true end as washable,
        case when n % 3 = 0 then (array['S', 'M', 'L', 'XL'])[1 + c / 10 % 4] end as size,
        case when c % 10 = 0 then 'EUR' else 'USD' end as currency,
        (100 + c % 100000)::bigint as price,
        timestamptz '2020-01-01' + n * interval '1 second' as made_at
      from numbers
    ), inserted as (
      insert into products (id, owner_id, slug, name, description, status, category_ids, chosen_category_ids, tags, label_ids, currency,
        price_min, price_max, variants_in_stock, created_at, updated_at, published_at)
      select id, made_id(1, a % 1000), 'product-' || n, name, description, 'ACTIVE',
        array(
          select made_id(2, leaf) from unnest(chosen) leaf
          union select made_id(4, leaf / 10) from unnest(chosen) leaf
          union select made_id(8, above) from generate_series(0, 1) above where ${isRooted}::boolean
          order by 1),
        array(select made_id(2, leaf) from unnest(chosen) leaf), tags,
        array(
          select label from (values (colour_id), (option_label_id('Size', size)), (boolean_label_id(made_id(6, 1), washable))) labels(label)
          where label is not null order by 1),
        currency, price, price, (abs(hashint8(price)) % 10 <> 0)::int, made_at, made_at, made_at
      from made
    ), valued as (
      insert into product_attribute_values (product_id, attribute_id, choice_ids, boolean, number)
      select id, made_id(6, 0), array[colour_id], null::boolean, null::numeric from made where colour_id is not null
      union all select id, made_id(6, 1), null, washable, null from made where washable
      union all select id, made_id(6, 2), null, null, c % 1000 / 10.0 from made where colour_id is not null
    )
    insert into variants (id, product_id, sku, name, options, price, created_at)
    select made_id(3, n), id, 'SKU-' || n, 'Default',
      case when size is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object('name', 'Size', 'value', size)) end, price, made_at
    from made`;
}
