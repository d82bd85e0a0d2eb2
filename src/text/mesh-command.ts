import type { CommandHelp } from "./help.ts";

/** What follows `/mesh`, in the order of the help. */
export const MESH_COMMANDS: readonly CommandHelp[] = [
  { name: "peers", usage: "peers", summary: "who is there" },
  {
    name: "ask",
    usage: "ask <peer>[,<peer>…] <question>",
    summary: "ask one session, several, or all (*), and wait for the answers",
  },
  { name: "inbox", usage: "inbox", summary: "questions for this session, and answers to it" },
  {
    name: "reply",
    usage: "reply <id> <answer>",
    summary: "answer a question, for example: /mesh reply q17 yes, since 2.0",
  },
  { name: "log", usage: "log [peer]", summary: "the last questions, and what became of them" },
  { name: "status", usage: "status", summary: "this session in the mesh, and the mesh's settings" },
  { name: "name", usage: "name <name>", summary: "rename this session" },
  { name: "summary", usage: "summary <text>", summary: "say what this session works on" },
  { name: "help", usage: "help", summary: "this text" },
];
