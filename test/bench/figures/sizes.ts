/** How large each built file is. A figure without a budget: hooks of 41 and of 96 kB were measured to start as fast. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../../support/paths.ts";
import type { Part } from "../part.ts";

export const sizes: Part = async () => {
  const found = ["hooks", "servers"].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder))
      .filter((name) => name.endsWith(".mjs"))
      .map((name) => `${folder}/${name}`),
  );
  return {
    figures: found.map((path) => ({
      part: "sizes",
      what: `size of \`${path}\``,
      unit: "bytes",
      n: 1,
      median: statSync(join(REPOSITORY, path)).size,
    })),
    faults: [],
  };
};
