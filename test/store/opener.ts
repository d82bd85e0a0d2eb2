/**
 * Opens the database at the path with the driver, joins, and prints its name: one of several processes at once. As
 * another user where an id is given; all that it needs to read of the repository, it reads before.
 */
import { chooseDriver, type DriverChoice } from "../../src/store/sqlite/choose.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";

const [, , path = "", driver = "auto", user] = process.argv;
chooseDriver(driver as DriverChoice);
if (user !== undefined) {
  process.setgid?.(Number(user));
  process.setuid?.(Number(user));
}
const { db } = openDatabase({ path, driver: driver as DriverChoice, busyTimeout: 5_000 });
const store = makeSqliteStore(db);
const host = `process ${process.pid}`;
const peer = await store.join({ host, projectPath: "/work/app", baseName: "app", now: Date.now() });
process.stdout.write(`${peer.name}\n`);
await store.close();
