#!/usr/bin/env node
import "./node-guard.ts";
import { runCli } from "./run.ts";

process.exit(await runCli(process.argv.slice(2), process.env, process.cwd));
