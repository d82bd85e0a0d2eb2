import type { Killed } from "./killer.ts";
import type { Ledger } from "./ledger.ts";
import type { Kind } from "./plan.ts";
import type { Verdict } from "./verdict.ts";
import type { Victims } from "./victims.ts";

export interface Result {
  readonly ledger: Ledger;
  readonly kills: readonly Killed[];
  readonly victims: Victims;
  readonly verdict: Verdict;
  readonly integrity: string;
  readonly processesLeft: readonly number[];
  readonly filesLeft: readonly string[];
}

/** Whether every promise was kept. */
export function isClean({ ledger, verdict, integrity, processesLeft, filesLeft }: Result): boolean {
  const broken = [
    verdict.lost,
    verdict.doubled,
    verdict.wrong,
    ledger.stuck,
    ledger.faults,
    processesLeft,
    filesLeft,
  ];
  return integrity === "ok" && broken.every((list) => list.length === 0);
}

/** The figures in one table, and under it what was broken. */
export function reportText(result: Result): string {
  const { ledger, kills, victims, verdict, integrity, processesLeft, filesLeft } = result;
  const started = (kind: Kind) => victims.started(kind);
  const ofKind = (kind: Kind) => kills.filter((kill) => kill.kind === kind).length;
  const held = (holding: string) => kills.filter((kill) => kill.holding === holding).length;
  const inWrite = kills.filter(({ holding }) => holding !== undefined && holding !== "hands").length;
  const operations = [...ledger.operations].sort(([, a], [, b]) => b - a);
  const rows: [string, number, string][] = [
    ["processes", started("client") + started("server") + started("hook"), perKind(started)],
    [
      "operations",
      sum(operations.map(([, n]) => n)),
      operations.map(([name, n]) => `${n} ${name}`).join(", "),
    ],
    [
      "changes",
      sum([...ledger.changes.values()]),
      [...ledger.changes].map(([what, n]) => `${n} ${what}`).join(", "),
    ],
    ["refused", ledger.refused, "as the laws say"],
    ["kills", kills.length, perKind(ofKind)],
    [
      "kills in a write",
      inWrite,
      ["write", "checkpoint", "recovery"].map((one) => `${held(one)} ${one}`).join(", "),
    ],
    ["kills in a showing", held("hands"), "a text was taken and not confirmed"],
    ["cut off", ledger.cutOff, "calls and hooks that a kill ended"],
    ["asks cut off", sum(Object.values(verdict.cutAsks)), written(verdict.cutAsks)],
    ["replies cut off", sum(Object.values(verdict.cutReplies)), written(verdict.cutReplies)],
    ["asked", verdict.asked, [...verdict.states].map(([state, n]) => `${n} ${state}`).join(", ")],
    ["answered", verdict.answered, "declined among them"],
    ["delivered", verdict.delivered, ""],
    ["repeated, marked", verdict.repeated, "after a kill, or a turn that was not seen to go on"],
    ["reminders", verdict.reminders, "of questions shown and not answered"],
    ["lost", verdict.lost.length, ""],
    ["doubled", verdict.doubled.length, ""],
    ["wrong", verdict.wrong.length, "of another project"],
    ["stuck", ledger.stuck.length, "calls and hooks that did not end"],
    ["overdue", ledger.overdue, "hooks that gave up rather than hold up their session"],
    ["failed", ledger.faults.length, "calls and hooks, for no reason in the laws"],
    ["left over", processesLeft.length + filesLeft.length, "processes and files"],
  ];
  const table = rows.map(([name, n, note]) =>
    `${name.padEnd(19)}${String(n).padStart(7)}   ${note}`.trimEnd(),
  );
  const broken = [
    ...verdict.lost.map((line) => `lost: ${line}`),
    ...verdict.doubled.map((line) => `doubled: ${line}`),
    ...verdict.wrong.map((line) => `wrong: ${line}`),
    ...ledger.stuck.map((line) => `stuck: ${line}`),
    ...ledger.faults.map((line) => `failed: ${line}`),
    ...[...processesLeft, ...filesLeft].map((left) => `left over: ${left}`),
  ];
  return [...table, `integrity_check         ${integrity}`, ...broken].join("\n");
}

function perKind(count: (kind: Kind) => number): string {
  return (["server", "hook", "client"] as const).map((kind) => `${count(kind)} ${kind}`).join(", ");
}

function written({ written, absent }: { written: number; absent: number }): string {
  return `${written} had been written, ${absent} had not`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
