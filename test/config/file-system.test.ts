import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { networkFileSystem, networkName } from "../../src/config/file-system.ts";
import { tempFolder } from "../support/folder.ts";

/** From statfs(2). */
const KNOWN: [number, string | undefined][] = [
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  // As Node gives it where the number is signed.
  [0xff534d42 | 0, "CIFS"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
  [0xef53, undefined],
  [0x01021994, undefined],
  [0x9123683e, undefined],
  [0x58465342, undefined],
];

for (const [type, name] of KNOWN) {
  test(`0x${(type >>> 0).toString(16)} is ${name ?? "local"}`, () => assert.equal(networkName(type), name));
}

test("a temporary folder is local, also for a path that is not there yet", () => {
  assert.equal(networkFileSystem(join(tempFolder(), "not", "there", "mesh.db")), undefined);
});
