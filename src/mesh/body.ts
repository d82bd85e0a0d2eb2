import { MeshError } from "../domain/errors.ts";
import { BODY_LIMIT } from "../domain/question.ts";

/**
 * The text with lone surrogates replaced and without NULs, at which Node 22's own SQLite ends a text; refused where it is
 * empty or too large.
 */
export function checkBody(text: string, what: "question" | "answer"): string {
  const body = text.toWellFormed().replaceAll("\0", "");
  if (body.trim() === "") throw new MeshError({ kind: "empty", what });
  const bytes = Buffer.byteLength(body);
  if (bytes > BODY_LIMIT) throw new MeshError({ kind: "too_large", what, bytes, limit: BODY_LIMIT });
  return body;
}
