import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

interface ClientConfig {
  theme?: string;
  projects?: Record<string, Record<string, unknown>>;
  customApiKeyResponses?: { approved: string[]; rejected: string[] };
  [key: string]: unknown;
}

function readConfig<Config extends object>(path: string): Config | Record<string, never> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Config;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** No write takes that long: an older lock was left by a client that was killed in the middle of one. */
const STALE_LOCK_MS = 10_000;

/** Running clients rewrite their configuration under this lock, a folder: a write beside it would be lost. */
async function locked(path: string, write: () => void): Promise<void> {
  const lock = `${path}.lock`;
  const take = () => {
    try {
      mkdirSync(lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const touchedAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      return Date.now() - touchedAt > STALE_LOCK_MS;
    }
  };
  await until(take, 2 * STALE_LOCK_MS, () => `${lock} stays taken`);
  try {
    write();
  } finally {
    rmdirSync(lock);
  }
}

/**
 * Answers in advance what a first interactive start asks: onboarding, theme, trust in the folder, use of
 * the API key. Keeps what clients have written there since.
 */
export async function answerFirstStart(home: string, project: string, apiKey: string): Promise<void> {
  const path = join(home, ".claude.json");
  await locked(path, () => {
    const config: ClientConfig = readConfig<ClientConfig>(path);
    const approved = new Set(config.customApiKeyResponses?.approved ?? []);
    approved.add(apiKey.slice(-20));
    const trusted = { ...config.projects?.[project], hasTrustDialogAccepted: true };
    const next: ClientConfig = {
      theme: "dark",
      ...config,
      hasCompletedOnboarding: true,
      projects: { ...config.projects, [project]: trusted },
      customApiKeyResponses: { rejected: [], ...config.customApiKeyResponses, approved: [...approved] },
    };
    // A running client may read at any moment: it must never see half a file.
    writeFileSync(`${path}.new`, JSON.stringify(next, null, 2));
    renameSync(`${path}.new`, path);
  });
}

/** Merges into the user's `settings.json`; to be called before a session opens. */
export function addSettings(home: string, settings: Readonly<Record<string, unknown>>): void {
  const folder = join(home, ".claude");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "settings.json");
  writeFileSync(path, JSON.stringify({ ...readConfig(path), ...settings }, null, 2));
}
