/**
 * How such meshes usually hear of an answer: a process that looks into the same file once a second. Prints which
 * questions it found answered, and when (milliseconds since the epoch).
 */
import { openDatabase } from "../../../src/store/sqlite/open.ts";

const EVERY = 1_000;

const [path = ""] = process.argv.slice(2);
const { db } = openDatabase({ path, driver: "auto", busyTimeout: 5_000 });
let last = 0;
setInterval(() => {
  const rows = db.all("SELECT id FROM questions WHERE state = 'answered' AND id > :last ORDER BY id", {
    last,
  });
  const ids = rows.map((row) => Number(row["id"]));
  last = ids.at(-1) ?? last;
  console.log(JSON.stringify({ at: Date.now(), ids }));
}, EVERY);
process.stdin.resume().once("end", () => process.exit());
console.log(JSON.stringify({ at: Date.now(), ids: [] }));
