import { spawnSync } from "node:child_process";

/** Why a test in a pid namespace of its own cannot run, or false. */
export const NO_PID_NAMESPACE = refused(["--pid", "--fork", "--mount-proc"]);
/** Why a test with mounts of its own cannot run, or false. */
export const NO_MOUNT_NAMESPACE = refused(["--mount"]);

function refused(options: readonly string[]): string | false {
  if (process.platform !== "linux") return "only Linux has namespaces";
  return spawnSync("unshare", [...options, "true"]).status === 0 ? false : "unshare is refused here";
}

/** The command that runs another one as pid 1 of a namespace of its own. */
export function asPidOne(command: readonly string[]): string[] {
  return ["unshare", "--pid", "--fork", "--mount-proc", ...command];
}

/** The command that runs another one after shell commands that mount what only it sees. */
export function withMounts(mounts: string, command: readonly string[]): string[] {
  // Some `unshare` leave it to us that mounts stay in here.
  const script = `mount --make-rprivate / && ${mounts} && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", script, "sh", ...command];
}
