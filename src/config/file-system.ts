import * as fs from "node:fs";
import { dirname } from "node:path";

/** File systems whose locks or shared memory do not hold between machines, by Linux's numbers (statfs(2), linux/magic.h). */
const NETWORK: Readonly<Record<number, string>> = {
  26985: "NFS",
  20859: "SMB",
  4266872130: "SMB",
  4283649346: "CIFS",
  16914839: "9p",
  1702057286: "FUSE",
  12805120: "Ceph",
  1397113167: "AFS",
  1799439955: "AFS",
  1937076805: "Coda",
  198183888: "Lustre",
  1196443219: "GPFS",
  18225520: "GFS2",
  1952539503: "OCFS2",
  428016422: "BeeGFS",
  2020557398: "VirtualBox shared folder",
  3133910204: "VMware shared folder",
};

/**
 * The network file system that a path, there or not, lies on: a name for people. Undefined on a local one, and where the
 * platform does not tell, which is everywhere but on Linux. Not to be asked of a mount that does not answer.
 */
export function networkFileSystem(path: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    let there = path;
    while (!fs.existsSync(there)) there = dirname(there);
    const name = networkName(fs.statfsSync(there).type);
    // What FUSE serves may lie on this machine or another: sshfs, rclone, a container's shared folder.
    return name === "FUSE" ? (mountedAs(fs.realpathSync(there)) ?? name) : name;
  } catch {
    return undefined;
  }
}

/** By the number that statfs(2) gives, of which Node may hand on the sign. */
export function networkName(type: number): string | undefined {
  return NETWORK[type >>> 0];
}

/** The type in the mount table, such as `fuse.sshfs`, of the innermost mount that holds the path. */
function mountedAs(path: string): string | undefined {
  const mounts = fs
    .readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const holding = mounts.filter(([, folder = ""]) => `${path}/`.startsWith(folder.replace(/\/?$/, "/")));
  const depth = ([, folder = ""]: string[]) => folder.length;
  return holding.sort((one, other) => depth(one) - depth(other)).at(-1)?.[2];
}
