import type { Tool } from "../tool.ts";
import { askPeerTool } from "./ask-peer.ts";
import { awaitReplyTool } from "./await-reply.ts";
import { listPeersTool } from "./list-peers.ts";
import { noteCallTool } from "./note-call.ts";
import { pollInboxTool } from "./poll-inbox.ts";
import { registerTool } from "./register.ts";
import { replyToPeerTool } from "./reply-to-peer.ts";
import { showNewTool } from "./show-new.ts";

/** What a model is offered. */
export const TOOLS: readonly Tool[] = [
  registerTool,
  listPeersTool,
  askPeerTool,
  awaitReplyTool,
  replyToPeerTool,
  pollInboxTool,
];

/** What the host's own hooks call. */
export const HOOK_TOOLS: readonly Tool[] = [showNewTool, noteCallTool];
