#!/usr/bin/env node
import "./node-guard.ts";
import { VERSION } from "../config/version.ts";
import { endProcess } from "../store/sqlite/reach.ts";
import { cleanLine } from "../text/clean.ts";
import { errorText } from "../text/refusal.ts";
import { makeConnection } from "./connection.ts";
import { makeServer } from "./server.ts";
import { stdioTransport } from "./transport.ts";

const log = (line: string) =>
  void process.stderr.write(`claude-mesh: ${cleanLine(line.replace(/^claude-mesh:? /, ""), 1_000)}\n`);

const connection = makeConnection({
  env: process.env,
  cwd: process.cwd,
  folder: import.meta.dirname,
  log,
});
const { server, responseWritten } = makeServer(connection, VERSION, log);

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await connection.close().catch((error: unknown) => log(errorText(error)));
  endProcess();
}

// The client ends us by closing stdin, by SIGTERM, or (at /exit) by SIGINT; a terminal that closes, by SIGHUP.
process.stdin.once("end", close);
process.stdin.once("close", close);
process.stdin.once("error", close);
process.once("SIGTERM", close);
process.once("SIGINT", close);
process.once("SIGHUP", close);
process.stdout.once("error", close);

const { stdin, stdout } = process;
await server.connect(stdioTransport({ stdin, stdout, onResponseWritten: responseWritten }));
