import * as fs from "node:fs";
import { dirname } from "node:path";

/** File systems whose locks or shared memory do not hold between machines, by Linux's numbers (statfs(2), linux/magic.h). */
const NETWORK: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xfe534d42: "SMB",
  0xff534d42: "CIFS",
  0x01021997: "9p",
  0x65735546: "FUSE",
  0x00c36400: "Ceph",
  0x5346414f: "AFS",
  0x6b414653: "AFS",
  0x73757245: "Coda",
  0x0bd00bd0: "Lustre",
  0x47504653: "GPFS",
  0x01161970: "GFS2",
  0x7461636f: "OCFS2",
  0x19830326: "BeeGFS",
  0x786f4256: "VirtualBox shared folder",
  0xbacbacbc: "VMware shared folder",
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
  const mounts = fs.readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const holding = mounts.filter(([, folder = ""]) => `${path}/`.startsWith(folder.replace(/\/?$/, "/")));
  const depth = ([, folder = ""]: string[]) => folder.length;
  return holding.sort((one, other) => depth(one) - depth(other)).at(-1)?.[2];
}
