import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import { makeName, parseName, SUMMARY_LIMIT } from "../domain/peer.ts";
import { badSetting, pathSetting } from "./path-setting.ts";
import { readProjectText } from "./text-file.ts";

const FILE = ".claude-mesh.json";

const NAME_RULE =
  "a name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit";

/** Others read the list when they are refused. */
const ACCEPT_LIMIT = 100;

const nameSchema = v.pipe(
  v.string(),
  v.check((text) => parseName(text) !== undefined, NAME_RULE),
  v.transform((text) => text.trim().toLowerCase()),
);

const projectFileSchema = v.object({
  name: v.optional(nameSchema),
  summary: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => text.length <= SUMMARY_LIMIT, `at most ${SUMMARY_LIMIT} characters`),
    ),
  ),
  accept: v.optional(v.pipe(v.array(nameSchema), v.maxLength(ACCEPT_LIMIT, `at most ${ACCEPT_LIMIT} names`))),
});
const KEYS = Object.keys(projectFileSchema.entries);

export interface Project {
  /** The folder's real path, in the letters that the disk has it in. */
  readonly path: string;
  /** What names the folder itself, wherever it is moved; undefined where the file system has no such thing. */
  readonly folder: string | undefined;
  readonly baseName: string;
  readonly summary: string | undefined;
  /** The names that may ask here; undefined: everybody. */
  readonly accept: string[] | undefined;
}

/**
 * The session's project and the name it wants: `.claude-mesh.json`, else the folder's basename. A file that cannot be
 * understood is a `bad_config` error with its path and, for broken JSON, its line.
 * @param cwd asked only where no variable names the folder: it fails in one that was deleted
 */
export function readProject(env: NodeJS.ProcessEnv, cwd: () => string): Project {
  const path = realPath(projectFolder(env, cwd));
  const file = readProjectFile(join(path, FILE));
  return {
    path,
    folder: folderIdentity(path),
    baseName: nameIn(path, file),
    summary: file.summary,
    accept: file.accept,
  };
}

/**
 * The folder that the client runs in and whose settings it reads, whatever project the mesh was told of. Empty where it was
 * deleted: nothing lies in it.
 */
export function clientFolder(env: NodeJS.ProcessEnv, cwd: () => string): string {
  try {
    return realPath(folderFrom(env["CLAUDE_PROJECT_DIR"], cwd));
  } catch {
    return "";
  }
}

/** What names a folder itself, whatever its path is now: its inode and the moment it was made. */
export function folderIdentity(path: string): string | undefined {
  try {
    const { ino, birthtimeNs } = statSync(path, { bigint: true });
    // Without that moment a later folder could have the same inode.
    return birthtimeNs > 0n ? `${ino}.${birthtimeNs}` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether two folders that are both there have one identity and are two nevertheless: a mounted image or a snapshot of a
 * disk brings it along. Which device a folder is on says nothing after the next start of the machine, so it is in no identity.
 */
export function isCopy(path: string, other: string): boolean {
  try {
    const [one, two] = [statSync(path), statSync(other)];
    return one.dev !== two.dev && folderIdentity(path) === folderIdentity(other);
  } catch {
    return false;
  }
}

/** Whether a folder is there that wants that name, as far as can be seen: its file may be broken at this moment. */
export function wantsName(path: string, name: string): boolean {
  try {
    return statSync(path).isDirectory() && nameIn(path, readProjectFile(join(path, FILE))) === name;
  } catch (error) {
    return error instanceof MeshError;
  }
}

function nameIn(path: string, { name }: v.InferOutput<typeof projectFileSchema>): string {
  return name ?? makeName(basename(path));
}

/**
 * Where a folder is now that stood at a path: under another name in the same parent folder. Undefined where it is not there,
 * as after it was deleted, or moved further.
 */
export function findBeside(path: string, folder: string): string | undefined {
  const parent = dirname(path);
  try {
    const found = readdirSync(parent, { withFileTypes: true }).find(
      (entry) => entry.isDirectory() && folderIdentity(join(parent, entry.name)) === folder,
    );
    return found && join(parent, found.name);
  } catch {
    // Who may not list the parent folder cannot have moved anything in it.
    return undefined;
  }
}

function projectFolder(env: NodeJS.ProcessEnv, cwd: () => string): string {
  const given = env["CLAUDE_MESH_PROJECT_PATH"]?.trim();
  if (given) {
    const meant = pathSetting(given, "~/shop/api");
    if ("problem" in meant) throw badSetting("CLAUDE_MESH_PROJECT_PATH", given, meant.problem);
    return meant.path;
  }
  try {
    return folderFrom(env["CLAUDE_PROJECT_DIR"], cwd);
  } catch {
    throw badFile(
      "the working folder",
      undefined,
      "it was deleted. Start the session in a folder that is there, or set CLAUDE_MESH_PROJECT_PATH to the project's whole path",
    );
  }
}

/** The folder that a variable names, else the working folder. Fails where that is needed and was deleted. */
function folderFrom(given: string | undefined, cwd: () => string): string {
  return given && isAbsolute(given) ? resolve(given) : resolve(cwd(), given || ".");
}

/** The one path of a folder, whichever links and letter case it was reached by. */
function realPath(path: string): string {
  let real = path;
  try {
    real = realpathSync.native(path);
    // On macOS and Windows it comes in the disk's own letters already.
    return process.platform === "darwin" || process.platform === "win32" ? real : inDiskLetters(real);
  } catch {
    // The folder is gone, or one above it may not be listed.
    return real;
  }
}

/** Where a file system takes another spelling for the same name, the one that its folder lists counts. */
function inDiskLetters(path: string): string {
  if (dirname(path) === path) return path;
  const above = inDiskLetters(dirname(path));
  const name = basename(path);
  const other = otherSpelling(name);
  if (other === name) return join(above, name);
  const entry = lstatSync(join(above, name));
  const isSame = (spelling: string) => {
    const stat = lstatSync(join(above, spelling), { throwIfNoEntry: false });
    return stat?.ino === entry.ino && stat.dev === entry.dev;
  };
  if (!isSame(other)) return join(above, name);
  const listed = readdirSync(above).filter((spelling) => folded(spelling) === folded(name));
  return join(above, listed.includes(name) ? name : (listed.find(isSame) ?? name));
}

function otherSpelling(name: string): string {
  const swapped = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
  if (swapped !== name) return swapped;
  return name === name.normalize("NFC") ? name.normalize("NFD") : name.normalize("NFC");
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function readProjectFile(path: string): v.InferOutput<typeof projectFileSchema> {
  let source: string;
  try {
    source = readProjectText(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return {};
    throw badFile(path, undefined, error instanceof Error ? error.message : String(error));
  }
  const content = parseJson(path, source);
  const result = v.safeParse(projectFileSchema, content);
  const issue = result.issues?.[0];
  const key = issue === undefined ? unknownKey(content) : v.getDotPath(issue);
  if (key === undefined && result.success) return result.output;
  if (key == null) throw badFile(path, 1, 'expected an object like { "name": "backend" }');
  const problem =
    issue === undefined
      ? `unknown key "${key.slice(0, 80)}"; expected: ${KEYS.join(", ")}`
      : `${key}: ${issue.message}`;
  throw badFile(path, lineOf(source, source.indexOf(`"${key.split(".")[0]}"`)), problem);
}

function unknownKey(content: unknown): string | undefined {
  return Object.keys(content ?? {}).find((key) => !KEYS.includes(key));
}

function parseJson(path: string, source: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(source);
  } catch {
    throw badFile(path, faultyLine(source), "it is not valid JSON");
  }
  // To valibot an array is an object, too.
  return Array.isArray(content) ? null : content;
}

function badFile(path: string, line: number | undefined, problem: string): MeshError {
  return new MeshError({ kind: "bad_config", path, line, problem });
}

/** The first line that no longer can be the beginning of JSON. V8's own messages do not always name the place. */
function faultyLine(source: string): number {
  const lines = source.split("\n");
  // Halving: line by line, a long file would take minutes.
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mayGoOn(lines.slice(0, middle).join("\n"))) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    return position === undefined ? message.includes("end of JSON") : Number(position) >= beginning.length;
  }
}

function lineOf(source: string, position: number): number | undefined {
  return position < 0 ? undefined : source.slice(0, position).split("\n").length;
}
