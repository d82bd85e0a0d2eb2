import { delimiter, dirname, join } from "node:path";
import type { Env } from "./run.ts";

const certificates = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "npm_config_cafile"];

function searchPath(): string {
  const outer = (process.env["PATH"] ?? "").split(delimiter);
  // npm scripts put node_modules/.bin folders in front: a user's session has none of them.
  const kept = outer.filter((folder) => folder !== "" && !folder.includes("node_modules"));
  return [...new Set([dirname(process.execPath), ...kept])].join(delimiter);
}

/**
 * The environment of one machine's user: this Node first on PATH, nothing inherited but certificates, so
 * that no variable of a surrounding session reaches the clients.
 */
export function userEnvironment(root: string, modelUrl: string): Env {
  const env: Record<string, string> = {
    PATH: searchPath(),
    HOME: join(root, "home"),
    TMPDIR: join(root, "tmp"),
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    ANTHROPIC_BASE_URL: modelUrl,
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // These ask the model on their own, with the session's own tools, and would disturb a script.
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: "false",
    CLAUDE_CODE_ENABLE_AWAY_SUMMARY: "false",
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  };
  // As root the client asks for this before it skips permission questions.
  if (process.getuid?.() === 0) env["IS_SANDBOX"] = "1";
  for (const name of certificates) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const bundle = env["NODE_EXTRA_CA_CERTS"];
  if (bundle !== undefined) env["npm_config_cafile"] ??= bundle;
  return env;
}
