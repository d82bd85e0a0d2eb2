import fc from "fast-check";

const { PROPERTY_RUNS, PROPERTY_SEED } = process.env;

/**
 * Tries a property on many values. What fails is shrunk and told with its seed; PROPERTY_SEED tries that one again, and
 * PROPERTY_RUNS says how many are tried.
 */
export async function check<Values extends [unknown, ...unknown[]]>(
  values: { readonly [At in keyof Values]: fc.Arbitrary<Values[At]> },
  holds: (...tried: Values) => void | Promise<void>,
  runs = 2_000,
): Promise<void> {
  const property = fc.asyncProperty(...values, async (...tried) => holds(...tried));
  const numRuns = Number(PROPERTY_RUNS) || runs;
  await fc.assert(
    property,
    PROPERTY_SEED === undefined ? { numRuns } : { numRuns, seed: Number(PROPERTY_SEED) },
  );
}
