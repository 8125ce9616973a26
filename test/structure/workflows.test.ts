import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const folder = path.join(import.meta.dirname, "../../.github/workflows");
const files = readdirSync(folder);

const step = z
  .strictObject({
    name: z.string().optional(),
    id: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    env: z.record(z.string(), z.string()).optional(),
  })
  .refine(
    ({ uses, run }) => (uses === undefined) !== (run === undefined),
    "a step either uses an action or runs a command",
  );
const permissions = z.partialRecord(
  z.enum(["contents", "packages", "id-token", "attestations", "pull-requests", "issues"]),
  z.enum(["read", "write", "none"]),
);
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
  jobs: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]*$/),
    z.strictObject({
      "runs-on": z.string(),
      "timeout-minutes": z.number().int().max(60),
      permissions: permissions.optional(),
      needs: z.array(z.string()).optional(),
      steps: z.array(step).min(1),
    }),
  ),
});

/** What actionlint checks and can be checked without it: keys, expressions that refer to something, versions of actions, and no text of strangers in scripts. */
test.each(files)("the workflow %s is one that GitHub accepts, with the least permissions", (file) => {
  const text = readFileSync(path.join(folder, file), "utf8");
  const { jobs, permissions: all } = workflow.parse(parse(text, { merge: true }));
  expect(all).toEqual({ contents: "read" });
  for (const { steps } of Object.values(jobs)) {
    const ids = steps.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, each] of steps.entries()) {
      if (each.uses !== undefined) expect(each.uses).toMatch(/^[\w-]+\/[\w./-]+@v?\d[\w.]*$/);
      // A branch's or a pull request's name is a stranger's text: within a script it would be run.
      expect(each.run ?? "").not.toMatch(/\$\{\{\s*github\.(head_ref|event)/);
      const earlier = steps.slice(0, index).flatMap(({ id }) => id ?? []);
      for (const [, id = ""] of JSON.stringify(each).matchAll(/steps\.([\w-]+)\.outputs/g))
        expect(earlier).toContain(id);
    }
  }
  for (const [, expression = ""] of text.matchAll(/\$\{\{(.*?)\}\}/g))
    expect(expression.trim()).toMatch(/^(github|secrets|steps|matrix|env|runner)\.[\w.-]+$/);
});

test("an image is pushed only by a tag, and only after a scan that fails for what has a fix", () => {
  const { on, jobs } = workflow.parse(parse(readFileSync(path.join(folder, "images.yml"), "utf8")));
  expect(on).toEqual({ push: { tags: ["v*"] } });
  const steps = jobs.image?.steps ?? [];
  const scan = steps.findIndex(({ uses }) => uses?.startsWith("aquasecurity/trivy-action"));
  const push = steps.findIndex((each) => each.with?.push === true);
  expect(steps[scan]?.with).toMatchObject({ severity: "HIGH,CRITICAL", "exit-code": "1" });
  expect(scan).toBeGreaterThan(0);
  expect(push).toBeGreaterThan(scan);
});
