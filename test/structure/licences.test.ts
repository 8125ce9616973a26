import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const lock = z
  .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), license: z.string().optional() })) })
  .parse(JSON.parse(read("package-lock.json")));
const section = /## Licence\n([\s\S]*)/.exec(read("README.md"))?.[1]?.replaceAll(/\s+/g, " ") ?? "";

/** What the README calls a licence where that is not its SPDX identifier. */
const names: Readonly<Record<string, string>> = {
  "Elastic-2.0": "Elastic License 2.0",
  "BSD-2-Clause": "BSD",
  "BSD-3-Clause": "BSD",
  "BlueOak-1.0.0": "Blue Oak Model License",
  "MIT/X11": "MIT",
  "Public Domain": "in the public domain",
};
/** Their package.json says nothing, or points to a file. */
const elsewhere: Readonly<Record<string, string>> = {
  "png-js": "MIT",
  "dejavu-fonts-ttf": "Bitstream Vera licence",
};

test("the README names every licence of what runs in production, and each package under the Elastic License", () => {
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  expect(packages.length).toBeGreaterThan(100);
  for (const [path, { license = "none" }] of packages) {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const licences =
      elsewhere[name] === undefined ? license.split(/ (?:AND|OR) |[()]/).filter(Boolean) : [elsewhere[name]];
    for (const licence of licences) expect(section, `${name} is under ${licence}`).toContain(names[licence] ?? licence);
    if (license === "Elastic-2.0") expect(section).toContain(`\`${name}\``);
  }
});
