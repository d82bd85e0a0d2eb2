import type { HostSettings } from "../../config/host-settings.ts";
import { type Check, failure, ok, warning } from "../../domain/checkup.ts";
import { ago } from "../../text/age.ts";

export interface HookFacts {
  readonly host: HostSettings;
  /** When a hook of each event last ran; undefined where there is no database to tell. */
  readonly sightings: Readonly<Record<string, number>> | undefined;
  readonly now: number;
}

/** Without these, a session neither joins nor is shown anything. */
const NEEDED = ["SessionStart", "UserPromptSubmit", "Stop"];
/** Not every session comes to these, nor knows every version of the client of them. */
const OTHERS = ["PostToolBatch", "SessionEnd"];

export function hookChecks({ host, sightings, now }: HookFacts): Check[] {
  return [
    ...clientChecks(host),
    inboundCheck(host),
    ...(sightings === undefined
      ? [ok("hooks seen", "unknown without a database")]
      : [...NEEDED, ...OTHERS].map((event) => eventCheck(event, sightings[event], now))),
  ];
}

function clientChecks({ hooksOff, pluginOff, broken }: HostSettings): Check[] {
  const files = broken.map((path) =>
    warning(
      "client settings",
      `${path} cannot be understood, so the client may ignore it`,
      "Correct the file.",
    ),
  );
  if (hooksOff !== undefined)
    files.push(
      failure("hooks allowed", `disableAllHooks in ${hooksOff}`, "Remove `disableAllHooks` from that file."),
    );
  if (pluginOff !== undefined)
    files.push(
      failure("plugin enabled", `turned off in ${pluginOff}`, "Run `claude plugin enable claude-mesh`."),
    );
  return files.length > 0 ? files : [ok("hooks allowed", "yes, as far as the client's settings say")];
}

function inboundCheck({ inbound }: HostSettings): Check {
  const name = "crossSessionInbound";
  if (inbound === undefined) return ok(name, "accept (default)");
  if (inbound.policy === "accept") return ok(name, `accept in ${inbound.path}`);
  return warning(
    name,
    `${inbound.policy} in ${inbound.path}: idle sessions are not woken, and see questions at their next prompt`,
    "That is your rule and the mesh keeps to it. Remove the line if sessions are to be woken.",
  );
}

function eventCheck(event: string, seenAt: number | undefined, now: number): Check {
  const name = `${event} hook`;
  if (seenAt !== undefined) return ok(name, `seen ${ago(seenAt, now)}`);
  if (OTHERS.includes(event)) return ok(name, "not seen yet");
  return warning(
    name,
    "never seen",
    "Is the plugin enabled? `/hooks` in Claude Code lists its hooks; restart sessions that began before it was installed.",
  );
}
