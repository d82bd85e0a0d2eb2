import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { png } from "../../docs/make/png.ts";

test("the pixels come out of the file as they went in, and each chunk's check holds", () => {
  const pixels = Uint8Array.from({ length: 2 * 3 * 4 }, (_, at) => at * 10);
  const chunks = chunksOf(png(2, 3, pixels));
  assert.deepEqual([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  const rows = inflateSync(chunks.get("IDAT") ?? "");
  assert.deepEqual(
    [0, 9, 18].map((at) => rows[at]),
    [0, 0, 0],
  );
  assert.deepEqual(
    [...rows].filter((_, at) => at % 9 !== 0),
    [...pixels],
  );
});

test("the plugin's icon is square and has 512 pixels", () => {
  const file = readFileSync(join(import.meta.dirname, "../../.claude-plugin/icon.png"));
  const header = chunksOf(file).get("IHDR");
  assert.deepEqual([header?.readUInt32BE(0), header?.readUInt32BE(4)], [512, 512]);
});

function chunksOf(file: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(body));
    chunks.set(body.toString("latin1", 0, 4), body.subarray(4));
    at += 12 + length;
  }
  return chunks;
}
