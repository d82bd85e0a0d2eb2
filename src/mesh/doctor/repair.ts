import { namesIn, removeFile, setMode, takeFile } from "../../config/machine.ts";
import type { SettingsReport } from "../../config/settings-report.ts";
import { strangers } from "../../domain/private.ts";
import { checkpoint } from "../../store/sqlite/checkpoint.ts";
import { type Condition, examineFile } from "../../store/sqlite/examine.ts";
import { fileOf } from "../../store/sqlite/place.ts";
import { setAside } from "../../store/sqlite/set-aside.ts";
import { openMesh } from "../open.ts";
import { sweep } from "../presence.ts";
import { fileFacts } from "./facts.ts";
import { isOurs } from "./files.ts";

export interface Repair {
  /** What was done, in order. */
  readonly done: string[];
  /** Why the file was left as it is, though it does not work. */
  readonly refused?: string | undefined;
}

/** Mends what can be mended without a risk: a whole file is never set aside. */
export async function repair(report: SettingsReport): Promise<Repair> {
  const { settings } = report;
  const path = fileOf(settings.dbPath);
  // Before anything is touched: it may not be ours.
  const before = examineFile(path, settings.driver, Date.now()).condition;
  if (before.kind === "foreign") return { done: [], refused: refusal(path, before) };
  const done = mendModes(report);
  const release = takeFile(`${path}.repair`);
  if (release === undefined)
    return { done, refused: `another repair runs; if none does, remove ${path}.repair` };
  try {
    // Anew, for another repair may have ended since.
    const { condition } = examineFile(path, settings.driver, Date.now());
    if (condition.kind === "absent" || condition.kind === "empty") return { done };
    const refused = refusal(path, condition);
    if (refused !== undefined) return { done, refused };
    if (condition.kind === "damaged") {
      const { to, rescued } = setAside(path, settings.driver, Date.now());
      done.push(`set the damaged file aside as ${to}`, `made a new ${path}`);
      done.push(
        rescued === undefined
          ? "nothing of the damaged file could be read: open questions must be asked again"
          : `saved ${rescued.questions} questions and ${rescued.peers} peers` +
              (rescued.unread > 0 ? `; ${rescued.unread} places of questions could not be read` : ""),
        "live sessions take the new file at their next call, or within ten seconds",
      );
    }
    return { done: [...done, ...(await tidy(report))] };
  } finally {
    release();
  }
}

function mendModes(report: SettingsReport): string[] {
  const { folder, file, beside, me } = fileFacts(report);
  if (me === undefined) return [];
  return [folder, file, ...beside].flatMap((entry) => {
    if (entry === undefined || entry.kind === "link" || entry.uid !== me) return [];
    // A folder that a user chose may be open to readers.
    const mode = isOurs(entry) ? entry.mode & 0o700 : entry.mode & ~0o022;
    if (mode === entry.mode || (strangers(entry, me) === undefined && !isOurs(entry))) return [];
    setMode(entry.path, mode);
    return [`chmod ${mode.toString(8)} ${entry.path}`];
  });
}

function refusal(path: string, condition: Condition): string | undefined {
  switch (condition.kind) {
    case "closed":
      return `${path} cannot be examined (${condition.problem}), so nothing shows that it is damaged; it was left as it is`;
    case "foreign":
      return `${path} shows no sign of a mesh: it is another program's file, or one of your own, and was left as it is. Set MESH_DB_PATH to another file, or move this one away`;
    case "newer":
      return `${path} is whole, and of a newer version of the plugin (schema ${condition.schema}); it was left as it is`;
    default:
      return undefined;
  }
}

/** Buries who is gone, takes the log over into the file, and removes bells that nobody listens to. */
async function tidy({ settings }: SettingsReport): Promise<string[]> {
  const mesh = await openMesh(settings, { busyTimeout: 5_000 });
  try {
    const buried = await sweep(mesh);
    const live = (await mesh.store.peers(mesh.now())).filter(({ host }) => host !== null);
    const ids = new Set(live.map(({ id }) => String(id)));
    const bells = `${fileOf(settings.dbPath)}.bells`;
    const left = namesIn(bells).filter((name) => /^\d+$/.test(name) && !ids.has(name));
    for (const name of left) removeFile(`${bells}/${name}`);
    const kept = checkpoint(fileOf(settings.dbPath), settings.driver);
    return [
      ...(buried > 0 ? [`freed the names and ended the waits of ${buried} processes that are gone`] : []),
      ...(left.length > 0 ? [`removed bells that nobody listens to: ${left.length}`] : []),
      ...(kept === undefined
        ? []
        : [kept === 0 ? "took the log over into the file" : `${kept} pages stay in the log: somebody reads`]),
    ];
  } finally {
    await mesh.close();
  }
}
