import { statSync } from "node:fs";
import { chooseDriver, type DriverChoice } from "./choose.ts";

/** How long it waits for who reads or writes (milliseconds). */
const PATIENCE = 1_000;

/** Takes the log over into the file and cuts it off. Returns how many pages stay in it; undefined where there is no log. */
export function checkpoint(path: string, choice: DriverChoice): number | undefined {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  const driver = chooseDriver(choice).open(path, PATIENCE);
  try {
    const row = driver.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return Math.max(0, Number(row?.["log"]) - Number(row?.["checkpointed"]));
  } finally {
    driver.close();
  }
}
