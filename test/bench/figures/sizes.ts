/** How large each built file is: what Node reads and parses at every prompt, and at every start of a session. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../../support/paths.ts";
import { atMost } from "../guard.ts";
import type { Part } from "../part.ts";

/** Bytes of one file in it. */
const LIMITS = { hooks: 40_000, servers: 1_000_000 };

export const sizes: Part = async () => {
  const found = Object.entries(LIMITS).flatMap(([folder, limit]) =>
    readdirSync(join(REPOSITORY, folder))
      .filter((name) => name.endsWith(".mjs"))
      .map((name) => ({ path: `${folder}/${name}`, limit }))
      .map((file) => ({ ...file, size: statSync(join(REPOSITORY, file.path)).size })),
  );
  return {
    figures: found.map(({ path, limit, size }) => ({
      part: "sizes",
      what: `size of \`${path}\``,
      unit: "bytes",
      n: 1,
      median: size,
      budgets: [{ of: "median", limit }],
    })),
    faults: found.flatMap(({ path, limit, size }) => atMost(limit, size, `bytes of ${path}`)),
  };
};
