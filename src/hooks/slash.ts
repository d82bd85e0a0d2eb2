/** What needs Claude. Everything else that follows `/mesh` is answered at once, without a model request. */
const FOR_CLAUDE = /^\s*(?:(?:ask|reply)\s+\S+|name|summary)\s+\S/i;

export function needsClaude(words: string): boolean {
  return FOR_CLAUDE.test(words);
}

/**
 * Whether a prompt is a `/mesh` that is answered at once: it never becomes a turn, so nothing may be shown for it. The
 * client runs the UserPromptSubmit hooks before it asks the command's own hook (2.1.330), or never (2.1.197).
 */
export function answeredAtOnce(prompt: string | undefined): boolean {
  const words = /^\s*\/mesh(?::mesh)?(?:\s+([^]*))?$/.exec(prompt ?? "");
  return words !== null && !needsClaude(words[1] ?? "");
}
