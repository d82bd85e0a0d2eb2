import type { Tool } from "../tool.ts";
import { askPeerTool } from "./ask-peer.ts";
import { awaitReplyTool } from "./await-reply.ts";
import { listPeersTool } from "./list-peers.ts";
import { pollInboxTool } from "./poll-inbox.ts";
import { registerTool } from "./register.ts";
import { replyToPeerTool } from "./reply-to-peer.ts";

export const TOOLS: readonly Tool[] = [
  registerTool,
  listPeersTool,
  askPeerTool,
  awaitReplyTool,
  replyToPeerTool,
  pollInboxTool,
];
