#!/usr/bin/env node
import "./node-guard.ts";
import { leave } from "../mesh/join.ts";
import { openHookMesh } from "../mesh/open.ts";
import { runHook } from "./hook.ts";
import { isClaudeCode, openHookSession } from "./session.ts";

/** The session gives way to another one in the same client; the peer goes on. */
const GOES_ON = new Set(["clear", "resume"]);

// The host gives all SessionEnd hooks together 1.5 s.
await runHook(1_000, async (input) => {
  if (!isClaudeCode(input)) return {};
  if (input.reason !== undefined && GOES_ON.has(input.reason)) return {};
  const { mesh, session } = await openHookSession(openHookMesh, input, 600);
  await leave(mesh, session);
  return {};
});
