/** On the status line while a turn runs. */
export const busy = /esc to interrupt/;

/**
 * On the status line of an idle session; the second in permission modes other than the default one, the third
 * while a background task runs, the fourth once a subagent has ended.
 */
export const ready = /\? for shortcuts|\(shift\+tab to cycle\)|↓ to manage|\/tasks to see subagents/;

/** A question of the first start that the configuration should have answered. */
export const firstStart = /trust this folder|use this API key/;

/** The question before a tool runs. */
export const permission = /Do you want to proceed\?/;

/** From the prompt sign on, without white space: the same words may stand in the conversation above. */
export function inputLine(screen: string): string {
  return squeeze(screen.slice(screen.lastIndexOf("❯")));
}

/** Without white space, so that line breaks and padding of the terminal do not matter. */
export function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}
