import { UsageError } from "./command.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90`, `90s`, `5m`, `2h`, `30d` in milliseconds; a bare number counts seconds. */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text.trim());
  const unit = UNITS[match?.[2] || "s"];
  if (match === null || unit === undefined)
    throw new UsageError(`--${option} ${text}: expected a duration such as 90s, 5m, 2h or 30d`);
  return Number(match[1]) * unit;
}

/** A duration before now, or a time as ISO 8601 writes it; milliseconds since the epoch. */
export function parseMoment(option: string, text: string, now: number): number {
  if (/^\d+(?:\.\d+)?[smhd]?$/.test(text.trim())) return now - parseDuration(option, text);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(
      `--${option} ${text}: expected a duration such as 2h, or a time such as 2026-01-31T12:00`,
    );
  return time;
}

/** A whole number within bounds. */
export function parseCount(option: string, text: string, min: number, max: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= min && count <= max) return count;
  throw new UsageError(`--${option} ${text}: expected a number from ${min} to ${max}`);
}
