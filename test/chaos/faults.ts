/** A fault to be planted: what is changed in one source file as it is loaded, and which of the judge's checks must see it. */
export type Fault = {
  readonly name: string;
  readonly file: string;
  readonly changes: readonly (readonly [find: string, put: string])[];
};

/** Each breaks one promise, as a careless change would. */
export const faults: readonly Fault[] = [
  {
    name: "the relay marks before it delivers",
    file: "platform/relay.ts",
    changes: [
      [
        "const confirmed: OutboxId[] = [];",
        "const confirmed: OutboxId[] = []; if (rows.length > 0) await markSent(relay, rows.map(({ id }) => id));",
      ],
    ],
  },
];

/** @throws {Error} when there is none of that name. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`There is no fault ${name}.`);
  return fault;
}
