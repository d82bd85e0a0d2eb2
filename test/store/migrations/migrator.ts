/** Opens the file at the path with the driver, which migrates it; says so before and after. Killed in between by a test. */
import { writeSync } from "node:fs";
import { chooseDriver, type DriverChoice } from "../../../src/store/sqlite/choose.ts";
import { openDatabase } from "../../../src/store/sqlite/open.ts";

const [, , path = "", driver = "auto"] = process.argv;
// Loaded before the word, so that the time after it is the migration's.
chooseDriver(driver as DriverChoice);
writeSync(1, "begins\n");
openDatabase({ path, driver: driver as DriverChoice, busyTimeout: 5_000 });
writeSync(1, "done\n");
