/** `npm run screenshot`: two real sessions talk, and what their terminals show becomes docs/screenshot.svg. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { talk } from "./talk.ts";
import { terminalSvg } from "./terminal-svg.ts";
import { withoutRun } from "./without-run.ts";

const SIZE = { columns: 66, rows: 41 };
const FILE = join(import.meta.dirname, "..", "screenshot.svg");
const LABEL =
  "Two Claude Code sessions. The user of frontend asks for backend's fields; frontend calls ask_peer and gets the answer; " +
  "backend was woken, shown the question, and answered with reply_to_peer.";

const { asker, answerer } = await talk(SIZE);
const windows = [
  { title: "~/shop/frontend", rows: withoutRun(asker) },
  { title: "~/shop/backend", rows: withoutRun(answerer) },
];
writeFileSync(FILE, terminalSvg(windows, SIZE.columns, LABEL));
