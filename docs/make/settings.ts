/** The settings as a table, and as a file to copy. */
import { SETTINGS } from "../../src/config/settings.ts";
import { SETTINGS_ABOUT } from "../../src/config/settings-about.ts";
import { code, table } from "./marked.ts";

const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

const settings = names.map((name) => ({
  name,
  about: SETTINGS_ABOUT[name],
  byDefault: String(SETTINGS[name].default),
}));

export function settingsTable(): string {
  const rows = settings.map(({ name, about, byDefault }) => [code(name), code(byDefault), about]);
  return table(["setting", "default", "what it sets"], rows);
}

const HEAD = `# Copy to .env in this folder, or in any folder above it. A variable of the environment goes before it.
# It is read only if it belongs to you and nobody else may write to it (chmod go-w .env).
# A path is absolute, begins with ~ or $HOME, or is relative to the .env's folder.
`;

export function envExample(): string {
  const entries = settings.map(({ name, about, byDefault }) => {
    const plain = about.replaceAll("`", "");
    return `\n# ${plain.charAt(0).toUpperCase()}${plain.slice(1)}.\n#${name}=${byDefault}\n`;
  });
  return HEAD + entries.join("");
}
