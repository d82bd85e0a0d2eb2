import { dirname } from "node:path";
import { pidOf } from "../config/process.ts";
import { runningServers } from "../config/running.ts";
import { reportSettings } from "../config/settings-report.ts";
import { count } from "../domain/checkup.ts";
import { examine } from "../mesh/doctor/facts.ts";
import { repair } from "../mesh/doctor/repair.ts";
import { type Roundtrip, roundtrip } from "../mesh/probe.ts";
import { checkupText } from "../text/checkup.ts";
import { inactiveText, roundtripText, silentText } from "../text/roundtrip.ts";
import { type Call, type Command, EXIT, JSON_OPTION, UsageError } from "./command.ts";
import { withMesh } from "./mesh.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "doctor [--roundtrip <peer>] [--repair]",
  summary: "what is wrong with the set-up, and what to do about it",
  details: [
    "Looks at Node, the driver, the plugin's files, settings, the database and its place, hooks, the project and the peers; " +
      "changes nothing. Each line is ok, a warning, or a failure with its remedy.",
    "--roundtrip prints the time of each step; with --json in microseconds since the start.",
    "--repair mends what can be mended without a risk: permissions of the mesh's own files, addresses and waits of processes " +
      "that are gone, the log, old bells. A damaged database is set aside under a dated name, what can be read of it is saved, " +
      "and a new one is made; a whole one is never touched.",
  ],
  args: { min: 0, max: 0 },
  options: {
    roundtrip: { value: "peer", about: "ask that peer's server a test question, which no model sees" },
    repair: { about: "mend what can be mended" },
    json: JSON_OPTION,
  },
  exits: [[EXIT.failed, "there is a failure, no answer, or nothing could be mended"]],
  async run(call) {
    const { options } = call;
    if (options.has("roundtrip") && options.has("repair"))
      throw new UsageError("doctor: --roundtrip and --repair are two calls");
    const peer = options.value("roundtrip");
    if (peer !== undefined) return runRoundtrip(call, peer);
    return options.has("repair") ? runRepair(call) : runExamination(call);
  },
};

async function runExamination({ options, screen, env, cwd }: Call): Promise<number> {
  const folder = import.meta.dirname;
  const groups = examine({ env, cwd, root: dirname(folder), startFolder: folder });
  const failures = count(groups, "failure");
  if (options.has("json")) await screen.printJson({ failures, warnings: count(groups, "warning"), groups });
  else await screen.print(checkupText(groups, screen.look()));
  return failures > 0 ? EXIT.failed : EXIT.done;
}

async function runRepair({ options, screen, env }: Call): Promise<number> {
  const { done, refused } = await repair(reportSettings(env, import.meta.dirname));
  if (options.has("json")) await screen.printJson({ done, refused: refused ?? null });
  else {
    const nothing = done.length === 0 && refused === undefined ? ["there was nothing to mend"] : [];
    await screen.print(
      [...done, ...nothing, ...(refused === undefined ? [] : [`refused: ${refused}`])].join("\n"),
    );
  }
  return refused === undefined ? EXIT.done : EXIT.failed;
}

async function runRoundtrip(call: Call, peer: string): Promise<number> {
  const { options, screen } = call;
  const result = await withMesh(call, (mesh) => roundtrip(mesh, peer));
  if (options.has("json")) await screen.printJson(toJson(result));
  else await screen.print(resultText(result));
  return result.kind === "answered" ? EXIT.done : EXIT.failed;
}

/** Steps in microseconds since the start; a moment as ISO 8601. */
function toJson(result: Roundtrip): object {
  switch (result.kind) {
    case "answered": {
      const { peer, heardBy, way, written, heard, answered, read } = result;
      const steps = { written_us: written, heard_us: heard, answered_us: answered, read_us: read };
      return { status: "answered", peer, heard_by: heardBy, way, ...steps };
    }
    case "inactive":
      return {
        status: "inactive",
        peer: result.peer,
        last_seen_at: new Date(result.lastSeenAt).toISOString(),
      };
    case "silent":
      return { status: "silent", peer: result.peer, waited_ms: result.after };
  }
}

function resultText(result: Roundtrip): string {
  switch (result.kind) {
    case "answered":
      return roundtripText(result);
    case "inactive":
      return inactiveText(result.peer, result.lastSeenAt, Date.now());
    case "silent": {
      const pid = pidOf(result.host);
      const served = runningServers()?.some((server) => server.pid === pid || server.parent === pid) ?? true;
      return silentText(result.peer, pid, served, result.after);
    }
  }
}
