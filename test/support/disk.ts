import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { tempFolder } from "./folder.ts";
import { must } from "./until.ts";

/** Another user's id; nobody's, in fact. */
export const STRANGER = 65_534;

const root = process.getuid?.() === 0;

/** Why a test that gives files away cannot run, or false. */
export const NO_CHOWN = root ? false : "only root can give files to another user";
/** Why a test that mounts file systems cannot run, or false. */
export const NO_MOUNT = mountProblem();
export const NO_FUSE = NO_MOUNT || (existsSync("/dev/fuse") ? false : "there is no /dev/fuse");

function mountProblem(): string | false {
  if (!root || process.platform !== "linux") return "only root on Linux can mount";
  const folder = tempFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return false;
  } catch {
    return "this container may not mount";
  }
}

export function giveAway(path: string): void {
  chownSync(path, STRANGER, STRANGER);
}

export function makeFifo(path: string): void {
  execFileSync("mkfifo", [path]);
}

/** A small file system in memory, for the test's time. */
export function smallDisk(t: TestContext, kilobytes = 512) {
  const folder = mountPoint(t);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,mode=700`, "tmpfs", folder]);
  return {
    folder,
    /** Takes all room that is left. */
    fill() {
      // It writes until there is no more.
      execFileSync("sh", ["-c", 'cat /dev/zero > "$0" 2>/dev/null || true', join(folder, "filler")]);
    },
    empty: () => execFileSync("rm", [join(folder, "filler")]),
  };
}

/** Another mount of the folder that cannot be written. */
export function readOnlyView(t: TestContext, folder: string) {
  const view = mountPoint(t);
  execFileSync("mount", ["--bind", folder, view]);
  execFileSync("mount", ["-o", "remount,bind,ro", view]);
  return { folder: view, mend: () => execFileSync("mount", ["-o", "remount,bind,rw", view]) };
}

/** Puts a mount over the folder, with the same files, from which nothing may run. */
export function noExecView(t: TestContext, folder: string): void {
  execFileSync("mount", ["--bind", folder, folder]);
  t.after(() => void execFileSync("umount", ["-l", folder]));
  execFileSync("mount", ["-o", "remount,bind,noexec", folder]);
}

/** A mount that answers nothing, as one of a server that is gone: FUSE with nobody who serves it. */
export async function deadMount(t: TestContext): Promise<string> {
  const folder = mountPoint(t);
  const script =
    'exec 5<>/dev/fuse; mount -i -t fuse dead "$0" -o fd=5,rootmode=40000,user_id=0,group_id=0 && echo mounted; exec cat';
  const holder = spawn("sh", ["-c", script, folder], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(async () => {
    holder.kill("SIGKILL");
    await new Promise((resolve) => holder.once("exit", resolve));
  });
  await new Promise((resolve) => must(holder.stdout).once("data", resolve));
  return folder;
}

function mountPoint(t: TestContext): string {
  const folder = join(tempFolder(), "mount");
  mkdirSync(folder);
  t.after(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}
