import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, openPeer, ping, told } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { mustRun } from "./support/run.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a session that enters a worktree is listed with its folder and branch, and stays who it is`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    const project = world.projectOf("backend");
    mkdirSync(project, { recursive: true });
    const git = (...args: string[]) => mustRun("git", args, { cwd: project, env: client.env });
    await git("init", "--quiet", "--initial-branch", "main");
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
    await git(...author, "commit", "--quiet", "--allow-empty", "--message", "Begin");

    model.script(
      "backend",
      answering(
        (id) => `answer to ${id}`,
        told({
          "go into the tree": () => ({ tools: [{ name: "EnterWorktree", input: { name: "tree" } }] }),
          "come back": () => ({ tools: [{ name: "ExitWorktree", input: { action: "keep" } }] }),
        }),
      ),
    );
    const args = ["--allowedTools", "EnterWorktree,ExitWorktree"];
    const backend = await openPeer(world, "backend", { args });
    await ping(model, backend);
    const before = await observer.waitForPeer("backend", () => true);
    assert.deepEqual([before.project_path, before.branch], [project, "main"]);

    const tree = join(project, ".claude", "worktrees", "tree");
    await backend.type("go into the tree");
    const inside = await observer.waitForPeer("backend", (peer) => peer.project_path === tree);
    assert.match(inside.branch ?? "", /tree$/);
    await backend.waitForIdle(20_000);
    const asked = { to: "backend", question: "Which port?", timeout_seconds: 60 };
    assert.equal((await observer.call("ask_peer", asked))["answer"], "answer to q1");
    await backend.waitForIdle(20_000);

    await backend.type("come back");
    const after = await observer.waitForPeer("backend", (peer) => peer.project_path === project);
    assert.equal(after.branch, "main");
    await backend.waitForIdle(20_000);
    assert.deepEqual(model.scriptErrors, []);
  });
}
