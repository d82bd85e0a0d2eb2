/** Writes as idle sessions do, which give a sign of life every ten seconds each: as many of them as the rate says. */
import { openDatabase } from "../../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../../src/store/sqlite/store.ts";

const [path = "", perSecond = "100"] = process.argv.slice(2);
const { db } = openDatabase({ path, driver: "auto", busyTimeout: 5_000 });
const store = makeSqliteStore(db);
const now = Date.now();
const host = `${process.pid}@0@load`;
const { id } = await store.join({ host, projectPath: `/load/${process.pid}`, baseName: "load", now });
let due = performance.now();
setInterval(async () => {
  for (; due < performance.now(); due += 1_000 / Number(perSecond))
    await store.touch({ peer: id, now: Date.now() });
}, 5);
process.stdin.resume().once("end", () => process.exit());
console.log("writing");
