import { dirname, isAbsolute, join, parse, resolve } from "node:path";
import { MeshError } from "../domain/errors.ts";
import { home } from "./home.ts";

/** On Windows a backslash parts folders, too. */
const BELOW_HOME =
  process.platform === "win32"
    ? /^(?:~|\$HOME|\$\{HOME\})(?![^/\\])([^]*)$/
    : /^(?:~|\$HOME|\$\{HOME\})(?![^/])([^]*)$/;
/** A variable as shells write it, which nobody replaces here. */
const VARIABLE = process.platform === "win32" ? /\$\w|\$\{|%\w+%/ : /\$[a-z_]|\$\{/i;

/**
 * What a path in a setting means. The same in each process, whatever its working folder is, or it is refused: sessions that
 * read it differently would not see each other.
 * @param example a path as it may be written
 * @param dotEnv the `.env` that gives it, which a relative path is counted from
 */
export function pathSetting(
  text: string,
  example: string,
  dotEnv?: string,
): { readonly path: string } | { readonly problem: string } {
  const below = BELOW_HOME.exec(text)?.[1];
  const rest = below ?? text;
  if (text.includes("\0")) return { problem: `no path holds a NUL; write one such as ${example}` };
  if (rest.startsWith("~") || VARIABLE.test(rest))
    return {
      problem: `of ~name and variables only ~ and $HOME are known, at the beginning; write a path such as ${example}`,
    };
  if (below !== undefined) return { path: join(home(), below) };
  // On Windows `\x` means another place on each drive.
  const whole = isAbsolute(text) && (process.platform !== "win32" || parse(text).root.length > 1);
  if (whole) return { path: resolve(text) };
  if (dotEnv !== undefined) return { path: resolve(dirname(dotEnv), text) };
  return {
    problem: `a relative path is another place in each folder; write a whole one, such as ${example}`,
  };
}

/** A setting that cannot be understood, with the place that it came from. */
export function badSetting(name: string, given: string | undefined, why: string, file?: string): MeshError {
  const path = file ?? `environment variable ${name}`;
  const problem = `${name}=${given?.slice(0, 100)}: ${why}`;
  return new MeshError({ kind: "bad_config", path, line: undefined, problem });
}
