import { eq, sql } from "drizzle-orm";
import { attributeChoices, attributes, type ChoiceId, productRewrites } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { type AttributeId, newId, parseId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import { attributesMax, choicesPerAttributeMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { type Attribute, withChoices } from "./attribute.ts";
import { type AttributeCommand, type AttributeUpdateCommand, misplacedErrors } from "./attribute-input.ts";

const noSuchAttribute = "Attribute not found.";
const tooManyChoices = `An attribute has at most ${choicesPerAttributeMax} choices.`;

/** Creates an attribute with its choices. Fails with VALIDATION_FAILED if there are 200 already, and with ALREADY_EXISTS if the code is taken. */
export async function createAttribute(db: Db, command: AttributeCommand): Promise<Result<Attribute>> {
  return transaction(db, async (tx) => {
    const [{ count } = { count: 0 }] = await tx.select({ count: sql<number>`count(*)::int` }).from(attributes);
    if (count >= attributesMax) return err(validationError([], `The shop already has ${attributesMax} attributes.`));
    const [made] = await tx
      .insert(attributes)
      .values({
        id: newId<AttributeId>(),
        code: command.code,
        name: command.name,
        kind: command.kind,
        unit: command.unit ?? null,
        isFilterable: command.isFilterable && command.kind !== "TEXT",
      })
      .onConflictDoNothing({ target: attributes.code })
      .returning();
    if (made === undefined) return err(alreadyExistsError(["code"], "This code is taken by another attribute."));
    await putChoices(tx, made.id, command.choices ?? []);
    return ok(await reread(tx, made));
  });
}

/**
 * Changes an attribute. Choices with a code that is known get their new name and swatch, others are added at the end. When it becomes filterable or
 * stops being so, products follow in batches. Fails with NOT_FOUND or VALIDATION_FAILED.
 */
export async function updateAttribute(db: Db, command: AttributeUpdateCommand): Promise<Result<Attribute>> {
  const { name, unit, isFilterable } = command;
  const choices = command.choices ?? [];
  return transaction(db, async (tx) => {
    const attribute = await lockAttribute(tx, parseId<AttributeId>(command.id));
    if (attribute === undefined) return err(notFoundError(["id"], noSuchAttribute));
    const errors = misplacedErrors(attribute.kind, {
      unit,
      isFilterable,
      choices: choices.length > 0 ? choices : undefined,
    });
    if (errors.length > 0) return err(...errors);
    const codes = new Set([...attribute.choices.map(({ code }) => code), ...choices.map(({ code }) => code)]);
    if (codes.size > choicesPerAttributeMax) return err(validationError(["choices"], tooManyChoices));
    const [changed] = await tx
      .update(attributes)
      .set({
        name: name ?? attribute.name,
        unit: unit === undefined ? attribute.unit : unit,
        isFilterable: isFilterable ?? attribute.isFilterable,
      })
      .where(eq(attributes.id, attribute.id))
      .returning();
    if (changed === undefined) return err(notFoundError(["id"], noSuchAttribute));
    await putChoices(tx, attribute.id, choices, attribute.choices.length);
    if (changed.isFilterable !== attribute.isFilterable) await rewriteProductsWith(tx, attribute.id);
    return ok(await reread(tx, changed));
  });
}

/** Deletes an attribute and returns it as it was. Products lose its values at once, and a job deletes them. Fails with NOT_FOUND. */
export async function deleteAttribute(db: Db, id: AttributeId | undefined): Promise<Result<Attribute>> {
  return transaction(db, async (tx) => {
    const attribute = await lockAttribute(tx, id);
    if (attribute === undefined) return err(notFoundError(["id"], noSuchAttribute));
    await tx.delete(attributes).where(eq(attributes.id, attribute.id));
    await rewriteProductsWith(tx, attribute.id);
    return ok(attribute);
  });
}

/** Locks an attribute against products that are getting values of it, until the transaction ends. */
export async function lockAttribute(tx: Tx, id: AttributeId | undefined): Promise<Attribute | undefined> {
  if (id === undefined) return undefined;
  const [row] = await tx.select().from(attributes).where(eq(attributes.id, id)).for("update");
  return row === undefined ? undefined : reread(tx, row);
}

async function reread(tx: Tx, row: typeof attributes.$inferSelect): Promise<Attribute> {
  const [attribute] = await withChoices(tx, [row]);
  if (attribute === undefined) throw new Error("An attribute was lost.");
  return attribute;
}

async function putChoices(
  tx: Tx,
  attributeId: AttributeId,
  choices: NonNullable<AttributeCommand["choices"]>,
  firstPosition = 0,
): Promise<void> {
  if (choices.length === 0) return;
  await tx
    .insert(attributeChoices)
    .values(
      choices.map(({ code, name, swatch }, index) => ({
        id: newId<ChoiceId>(),
        attributeId,
        code,
        name,
        swatch: swatch ?? null,
        position: firstPosition + index,
      })),
    )
    .onConflictDoUpdate({
      target: [attributeChoices.attributeId, attributeChoices.code],
      set: { name: sql`excluded.name`, swatch: sql`excluded.swatch` },
    });
}

async function rewriteProductsWith(tx: Tx, id: AttributeId): Promise<void> {
  await tx
    .insert(productRewrites)
    .values({ id, kind: "ATTRIBUTE" })
    .onConflictDoUpdate({ target: productRewrites.id, set: { lastProductId: null } });
}
