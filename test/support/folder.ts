import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let root: string | undefined;
let count = 0;

/** A new empty folder. All of a test process lie below one, which goes when the process ends. */
export function tempFolder(): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), "claude-mesh-test-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    root = made;
  }
  const folder = join(root, String(++count));
  // Also where the umask lets the user's group write.
  mkdirSync(folder, 0o700);
  return folder;
}
