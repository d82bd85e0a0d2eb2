/**
 * What is wrong with the database: with its disk, with who may read and write it (`owner`, `writers`: another user's, or
 * writable by others), or with what lies in its place.
 */
export type DatabaseFault =
  | "full"
  | "locked"
  | "damaged"
  | "foreign"
  | "no_access"
  | "owner"
  | "writers"
  | "link"
  | "wrong_kind"
  | "silent"
  | "exchanged"
  | "no_driver"
  | "unusable";

/** What keeps the mesh itself from working, as data; `text/setup.ts` puts it into words. */
export type SetupProblem =
  | {
      readonly kind: "bad_config";
      readonly path: string;
      readonly line: number | undefined;
      readonly problem: string;
    }
  | {
      readonly kind: "no_database";
      readonly path: string;
      readonly fault: DatabaseFault;
      readonly problem: string;
      /** Questions that the call had written before it failed; they stay open. */
      readonly asked?: readonly string[];
    }
  | { readonly kind: "newer_schema"; readonly path: string; readonly found: number; readonly known: number };

/** Why the mesh refused a call, as data; `text/refusal.ts` puts it into words. */
export type CallRefusal =
  | {
      readonly kind: "unknown_peer";
      readonly name: string;
      readonly near: string[];
      readonly live: string[];
      /** The name of who bore that name before. */
      readonly now?: string;
    }
  | { readonly kind: "invalid_name"; readonly name: string; readonly suggestion: string }
  | { readonly kind: "name_taken"; readonly name: string; readonly projectPath: string }
  /** The name is another project's own, whether a session of it lives or not. */
  | { readonly kind: "name_reserved"; readonly name: string; readonly projectPath: string }
  | { readonly kind: "self_ask"; readonly name: string }
  | { readonly kind: "nobody_live" }
  | { readonly kind: "not_accepted"; readonly to: string; readonly asker: string; readonly accept: string[] }
  | { readonly kind: "empty"; readonly what: "question" | "answer" }
  | {
      readonly kind: "too_large";
      readonly what: "question" | "answer";
      readonly bytes: number;
      readonly limit: number;
    }
  | {
      readonly kind: "too_many";
      readonly to: string;
      /** How many questions wait there that nobody has read, and of whom. */
      readonly unread: number;
      readonly from: "project" | "all";
    }
  | { readonly kind: "too_deep"; readonly depth: number; readonly limit: number; readonly owed: string[] }
  | { readonly kind: "owes_answer"; readonly owed: string[] }
  | { readonly kind: "unknown_question"; readonly id: string }
  | { readonly kind: "not_yours"; readonly id: string; readonly role: "asker" | "recipient" }
  | { readonly kind: "already_closed"; readonly id: string; readonly state: string }
  | { readonly kind: "bad_input"; readonly tool: string; readonly problems: string[] };

export type Refusal = SetupProblem | CallRefusal;

/** An expected failure. Everything else that is thrown is a fault of the mesh. */
export class MeshError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.kind);
    this.name = "MeshError";
    this.refusal = refusal;
  }
}
