import { basename } from "node:path";
import type { Entry } from "../../config/machine.ts";
import { type Check, failure, ok, warning } from "../../domain/checkup.ts";
import { strangers } from "../../domain/private.ts";
import { byteText } from "../../text/bytes.ts";

export interface FileFacts {
  readonly path: string;
  /** Where the path came from, for people. */
  readonly source: string;
  /** The folder that the file lies in or would be made in; undefined where it is missing. */
  readonly folder: Entry | undefined;
  /** The nearest folder that is there, and whether it can be written to. */
  readonly nearest: { readonly path: string; readonly writable: boolean };
  readonly file: Entry | undefined;
  /** Whether it is no mesh, and so none of the mesh's business. */
  readonly foreign?: boolean;
  /** The files beside it: its log, the log's index, the bells. */
  readonly beside: readonly Entry[];
  /** This user's id; undefined where the platform has none. */
  readonly me: number | undefined;
  readonly free: number | undefined;
  /** The network file system that the file lies on. */
  readonly network: string | undefined;
}

/** Below so little room a burst of long answers may not fit, and below that nothing (bytes). */
const LITTLE_ROOM = 100_000_000;
const NO_ROOM = 5_000_000;
/** A log that checkpoints keep small has 4 MB (SQLite's own 1000 pages). */
const LONG_LOG = 64_000_000;

export function fileChecks(facts: FileFacts): Check[] {
  const { folder, file, beside, me, foreign = false } = facts;
  const ours = foreign ? [] : [folder, file, ...beside];
  const rights = ours.flatMap((entry) => (entry ? accessChecks(entry, me) : []));
  return [
    placeCheck(facts),
    ...(rights.length > 0 || folder === undefined ? rights : [ok("permissions", modes([folder, file]))]),
    ...(file === undefined || foreign ? [] : [sizeCheck(file, beside)]),
    roomCheck(facts),
    systemCheck(facts),
  ];
}

function placeCheck({ path, source, folder, nearest, file }: FileFacts): Check {
  const name = "database";
  const found = `${path} (${source})`;
  if (file !== undefined) return ok(name, found);
  if (!nearest.writable)
    return failure(
      name,
      `${found} cannot be made: ${nearest.path} is not a folder that you can write to`,
      "Set MESH_DB_PATH to a place of your own.",
    );
  if (folder !== undefined || source === "default")
    return ok(name, `${found} is not there yet; the first session makes it`);
  return warning(
    name,
    `${found} lies in a folder that is not there`,
    `If that is the place you mean, nothing is to be done: the first session makes it. Else correct MESH_DB_PATH (${source}).`,
  );
}

/** Empty where the entry is this user's alone. */
function accessChecks(entry: Entry, me: number | undefined): Check[] {
  const { path, mode, kind } = entry;
  const name = kind === "folder" ? "folder" : "file";
  if (kind === "link") return [ok("link", `${path} is a link`)];
  const needed = kind === "folder" ? 0o700 : 0o600;
  if (me !== undefined && me !== 0 && entry.uid === me && (mode & needed) !== needed)
    return [
      failure(
        name,
        `${path} is yours, but closed to yourself (${octal(mode)})`,
        `Run \`chmod u+${kind === "folder" ? "rwx" : "rw"} ${path}\`.`,
      ),
    ];
  switch (strangers(entry, me)) {
    case "owner":
      return [
        failure(
          name,
          `${path} is another user's`,
          `Run \`chown\` on it, or set MESH_DB_PATH to another file.`,
        ),
      ];
    case "writers":
      return [
        failure(name, `${path} can be written to by others (${octal(mode)})`, `Run \`chmod go-w ${path}\`.`),
      ];
    default:
      return me !== undefined && mode & 0o077 && isOurs(entry)
        ? [
            warning(
              name,
              `${path} can be read by others (${octal(mode)})`,
              "Run `claude-mesh doctor --repair`.",
            ),
          ]
        : [];
  }
}

/** A folder that a user chose may hold other things, and is as open as its user wants it. */
export function isOurs({ kind, path }: Entry): boolean {
  return kind === "file" || basename(path) === ".claude-mesh" || path.endsWith(".bells");
}

function modes(entries: readonly (Entry | undefined)[]): string {
  return entries.flatMap((entry) => (entry ? [`${entry.kind} ${octal(entry.mode)}`] : [])).join(", ");
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function sizeCheck(file: Entry, beside: readonly Entry[]): Check {
  const log = beside.find(({ path }) => path.endsWith("-wal"))?.bytes ?? 0;
  const found = `${byteText(file.bytes)}, log ${byteText(log)}`;
  if (log < LONG_LOG) return ok("size", found);
  return warning(
    "size",
    `${found}: the log has not been taken over into the file for long`,
    "Some process has been reading for long. Run `claude-mesh doctor --repair`; if it stays, end that process (`fuser` names it).",
  );
}

function roomCheck({ free }: FileFacts): Check {
  const name = "disk space";
  if (free === undefined) return ok(name, "unknown");
  const found = `${byteText(free)} free`;
  if (free >= LITTLE_ROOM) return ok(name, found);
  const remedy = "Make room on the disk.";
  return free < NO_ROOM ? failure(name, found, remedy) : warning(name, found, remedy);
}

function systemCheck({ network }: FileFacts): Check {
  if (network === undefined) return ok("file system", "local, as far as the system tells");
  return warning(
    "file system",
    `${network}: its locks do not hold between machines`,
    "Set MESH_DB_PATH to a file on a local disk, and never share it between machines.",
  );
}
