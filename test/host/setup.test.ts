import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { calling, done, heard, ping, told } from "./support/colleague.ts";
import type { OpenSession } from "./support/session.ts";
import { makeWorld, type World } from "./support/world.ts";

/** What may keep a session out, with what the one line says of it. */
const FAULTS: readonly {
  readonly name: string;
  readonly line: RegExp;
  readonly make: (world: World, project: string) => Partial<OpenSession>;
}[] = [
  {
    name: "broken",
    line: /\.claude-mesh\.json/,
    make: (_, project) => {
      mkdirSync(project, { recursive: true });
      writeFileSync(join(project, ".claude-mesh.json"), '{ "name": ');
      return {};
    },
  },
  {
    name: "foreign",
    line: /notes\.txt/,
    make: ({ client }) => {
      const notes = join(client.root, "notes.txt");
      writeFileSync(notes, "This is no database.\n".repeat(100));
      return { env: { MESH_DB_PATH: notes } };
    },
  },
];

for (const version of versions) {
  test(`claude ${version}: what keeps a session out of the mesh is one line on its screen, at its start`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    for (const { name, line, make } of FAULTS) {
      model.script(name, told({ "who is there": () => calling("list_peers") }, done));
      const session = await world.open(name, make(world, world.projectOf(name)));
      await session.waitForScreen(/this session is not in the mesh/, 20_000);
      await session.waitForServer("plugin:mesh:mesh", 30_000);
      await ping(model, session);
      // The session's own model is told why and what to do when it wants the mesh.
      await session.type("who is there");
      assert.match(await heard(model, name, line), /claude-mesh/);
      await session.waitForIdle(20_000);
      const screen = (await session.screen(true)).replace(/\s+/g, " ");
      const parts = screen.split("claude-mesh: this session is not in the mesh:");
      assert.equal(parts.length, 2, screen);
      assert.match(parts[1] ?? "", line);
      await session.exit();
    }
    assert.deepEqual(model.scriptErrors, []);
  });
}
