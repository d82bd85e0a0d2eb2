import type { Registry } from "../domain/store.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { type BashTool, bashTool } from "../mesh/room.ts";
import { fencedJson, fencedText } from "../text/fence.ts";
import type { Call } from "./command.ts";
import { ownSession } from "./mesh.ts";

/** What the help of each command says that prints peers' words. */
export const FENCED_DETAIL =
  "In a session's Bash tool, where its model reads this, the words of peers stand in fences, and a sentence says how to tell these from what peers wrote. With --json each `question`, `answer` and `summary` has a fence of its own, and the first field, `note`, is that sentence.";

/** How peers' words are printed. */
export interface Words {
  /** Where a session's model reads them: what its Bash tool passes on. */
  readonly bash: BashTool | undefined;
  text(view: string): string;
  json(value: object): object;
}

const BARE: Words = { bash: undefined, text: (view) => view, json: (value) => value };

/**
 * Bare for a person or a script; in fences where a session runs this: one that joined the mesh, or any other, by the
 * variables that Claude Code gives to its Bash tool.
 */
export async function wordsFor(mesh: Mesh<Registry>, { env }: Pick<Call, "env">): Promise<Words> {
  const told = Boolean(env["CLAUDECODE"] || env["CLAUDE_CODE_SESSION_ID"]);
  if (!told && (await ownSession(mesh)) === undefined) return BARE;
  return { bash: bashTool(env), text: fencedText, json: fencedJson };
}
