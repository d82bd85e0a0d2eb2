import type { QuestionState } from "../../src/domain/question.ts";
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { state, text, time } from "../../src/store/sqlite/rows.ts";

export interface QuestionRow {
  /** `q17`. */
  readonly id: string;
  readonly body: string;
  readonly state: QuestionState;
  readonly answer: string | null;
  readonly shown: boolean;
  readonly answerShown: boolean;
  /** The folders of the two ends' projects. */
  readonly askerPath: string | null;
  readonly recipientPath: string | null;
  /** Its two ends have become one address, so it lapsed. */
  readonly ofOneself: boolean;
}

export interface Contents {
  readonly questions: readonly QuestionRow[];
  /** What SQLite finds wrong with the file; `ok` where it finds nothing. */
  readonly integrity: string;
}

/** The file as another process reads it. */
export function readContents(path: string, driver: DriverChoice): Contents {
  const { db } = openDatabase({ path, driver, busyTimeout: 5_000 });
  const sql = `SELECT questions.*, a.project_path AS asker_path, r.project_path AS recipient_path
    FROM questions JOIN peers AS a ON a.id = asker JOIN peers AS r ON r.id = recipient ORDER BY questions.id`;
  const questions = db.all(sql).map(
    (row): QuestionRow => ({
      askerPath: text(row["asker_path"]),
      recipientPath: text(row["recipient_path"]),
      id: `q${Number(row["id"])}`,
      body: String(row["body"]),
      state: state(row["state"]),
      answer: text(row["answer"]),
      shown: time(row["shown_at"]) !== null,
      answerShown: time(row["reply_shown_at"]) !== null,
      ofOneself: row["asker"] === row["recipient"],
    }),
  );
  const found = [...db.all("PRAGMA integrity_check"), ...db.all("PRAGMA foreign_key_check")];
  db.close();
  return { questions, integrity: found.flatMap(Object.values).join("; ") };
}
