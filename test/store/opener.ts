/** Opens the database at the path with the driver, joins, and prints its name: one of several processes at once. */
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";

const [, , path = "", driver = "auto"] = process.argv;
const { db } = openDatabase({ path, driver: driver as DriverChoice, busyTimeout: 5_000 });
const store = makeSqliteStore(db);
const host = `process ${process.pid}`;
const peer = await store.join({ host, projectPath: "/work/app", baseName: "app", now: Date.now() });
process.stdout.write(`${peer.name}\n`);
await store.close();
