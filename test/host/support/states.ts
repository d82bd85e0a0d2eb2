import { join } from "node:path";
import { mustRun } from "./run.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** A question as `claude-mesh log` tells of it. */
export interface LoggedQuestion {
  readonly question_id: string;
  readonly from: string;
  readonly to: string;
  readonly state: string;
  readonly shown_at: string | null;
  readonly answer_shown_at: string | null;
}

/** All questions that the world's mesh holds, by id. A look marks nothing as shown. */
export async function logged({ plugin, client }: World): Promise<Readonly<Record<string, LoggedQuestion>>> {
  if (plugin === undefined) throw new Error("there is no plugin whose log could be read");
  const args = [join(plugin, "bin", "claude-mesh"), "log", "--json", "--limit", "1000"];
  const { stdout } = await mustRun(process.execPath, args, { cwd: client.home, env: client.env });
  const { questions } = JSON.parse(stdout) as { questions: LoggedQuestion[] };
  return Object.fromEntries(questions.map((question) => [question.question_id, question]));
}

/** The states of all questions, by id. */
export async function statesOf(world: World): Promise<Readonly<Record<string, string>>> {
  const questions = await logged(world);
  return Object.fromEntries(Object.entries(questions).map(([id, { state }]) => [id, state]));
}

/** Waits until a question's row fits. */
export function waitForQuestion(
  world: World,
  id: string,
  fits: (question: LoggedQuestion) => boolean,
  timeoutMs = 20_000,
): Promise<LoggedQuestion> {
  let last: LoggedQuestion | undefined;
  const look = async () => {
    last = (await logged(world))[id];
    return last !== undefined && fits(last) ? last : undefined;
  };
  return until(look, timeoutMs, () => `no fitting row of ${id}: ${JSON.stringify(last)}`);
}
