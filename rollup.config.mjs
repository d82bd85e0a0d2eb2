import { createHash } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import commonjs from "@rollup/plugin-commonjs";
import json from "@rollup/plugin-json";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";

/** Each entry becomes one file that needs nothing beside it but Node and, where it can be had, better-sqlite3. */
const ENTRIES = {
  "src/server/main.ts": "servers/mcp-server.mjs",
  "src/hooks/session-start.ts": "hooks/session-start.mjs",
  "src/hooks/inbox-poll.ts": "hooks/inbox-poll.mjs",
  "src/hooks/session-end.ts": "hooks/session-end.mjs",
  "src/hooks/wake.ts": "hooks/wake.mjs",
  "src/hooks/allow.ts": "hooks/allow.mjs",
  "src/hooks/mesh-command.ts": "hooks/mesh-command.mjs",
  "src/cli/main.ts": "bin/claude-mesh",
};

/** What our libraries do inside is theirs; anything else would ship broken. */
function ofLibrary({ id, ids = [id] }) {
  return ids.every((file) => file?.includes("node_modules"));
}

/** Read and parsed at every prompt, so each byte counts. */
function isHook(file) {
  return file.startsWith("hooks/");
}

/** For hooks: after the minifier, the only indented lines are those of SQL. */
const bared = {
  name: "bared",
  renderChunk: (code) => ({ code: bare(code), map: null }),
};

/** SQL without its comments and most of its white space; what holds it stays as it is. */
function bare(code) {
  const told = code.replace(/(?<=\n|\\n) *-- .*?(\n|\\n)/g, "");
  // It would swallow what follows in the same line.
  if (/-- \w/.test(told)) throw new Error("a comment in SQL must have a line of its own");
  // Minified code has no white space around its own operators.
  return told.replace(/(\n|\\n) +/g, " ").replace(/ (=|<=|>=|<>|<|>) (?=[\w:('$])/g, "$1");
}

/**
 * A hook holds none of the old ways for which these are called unsafe: a function that is a class, a symbol or an object
 * that is made a text.
 */
function compress(file) {
  const modern = isHook(file);
  return { passes: 2, unsafe: modern, unsafe_arrows: modern, pure_getters: modern };
}
/**
 * Node's own modules by `process.getBuiltinModule`: an import statement makes Node read every export of such a module, and
 * in `node:fs` that loads its streams and promises, which a hook never uses. A sixth of a hook's time.
 */
const builtins = {
  name: "builtins",
  resolveId: (id) => (id.startsWith("node:") ? `\0${id}` : null),
  load: (id) =>
    id.startsWith("\0node:")
      ? {
          code: `export default process.getBuiltinModule("${id.slice(1)}");`,
          syntheticNamedExports: true,
          moduleSideEffects: false,
        }
      : null,
};

/** Types are checked apart (`npm run typecheck`). All entries share one compilation, most of a build's time. */
const compiler = typescript({
  include: ["src/**/*.ts"],
  compilerOptions: { noEmit: false, outDir: undefined, noCheck: true, noResolve: true, types: [] },
});
let compiling = false;
const compiled = {
  ...compiler,
  buildStart(options) {
    if (compiling) return;
    compiling = true;
    return compiler.buildStart.call(this, options);
  },
};

/** For hooks: the statements that make a new database, a tenth of a hook and hardly ever run. */
const packed = {
  name: "packed",
  transform(code, id) {
    if (!id.endsWith("store/sqlite/migrations.ts")) return null;
    // Brotli, because what it makes is the same on every processor.
    const pack = (sql) => brotliCompressSync(bare(sql)).toString("base64");
    const unpack = (text) =>
      `() => process.getBuiltinModule("node:zlib").brotliDecompressSync(Buffer.from("${text}", "base64")).toString()`;
    return { code: code.replace(/\(\) => `([^`]*)`/g, (_, sql) => unpack(pack(sql))), map: null };
  },
};

/**
 * The names of all scripts' characters in ASCII are half a megabyte, which hardly any folder's name needs: they are
 * unpacked when the first one does.
 */
const spelled = {
  name: "spelled",
  async load(id) {
    if (!/any-ascii\/block\.js$/.test(id)) return null;
    const { default: block } = await import(pathToFileURL(id).href);
    // Blocks of 256 characters, as far as src/domain/ascii.ts asks for them.
    const blocks = Array.from({ length: 0x200 }, (_, number) => block(number));
    const packed = brotliCompressSync(blocks.join("\n")).toString("base64");
    return `let blocks;
      export default function block(number) {
        blocks ??= process.getBuiltinModule("node:zlib")
          .brotliDecompressSync(Buffer.from("${packed}", "base64")).toString().split("\\n");
        return blocks[number] ?? "";
      }`;
  },
};

/**
 * The SDK makes a validator of JSON Schema at each start, for forms that a server may have its client fill in. Ours has
 * none: without it the server is a third smaller and starts sooner by about an eighth.
 */
const formless = {
  name: "formless",
  load: (id) =>
    /@modelcontextprotocol\/sdk\/.*\/validation\/ajv-provider\.js$/.test(id)
      ? "export class AjvJsonSchemaValidator { getValidator() { throw new Error('this server has no forms'); } }"
      : null,
};

/** What makes the SDK's schemas does nothing else: those of messages that no server of ours meets are left out. */
const unmet = {
  name: "unmet",
  transform(code, id) {
    if (!/@modelcontextprotocol\/sdk\/dist\/esm\/types\.js$/.test(id)) return null;
    // A call that is marked so may be dropped, but not what stands in its brackets: so none stands there.
    const marked = code.replace(
      /^((?:export )?const \w+ = )([^]*?);\n(?=[^\s})\]]|$(?![^]))/gm,
      (_, start, value) => `${start}/* @__PURE__ */ (() => ${value})();\n`,
    );
    return { code: marked, map: null };
  },
};

/** For hooks: what valibot notes of each schema for nobody here. */
const lean = {
  name: "lean",
  transform(code, id) {
    if (!id.includes("node_modules/valibot/")) return null;
    const unread = /^\t+(?:reference: \w+|async: false),$|^\tschema\["~standard"\] = \{$[^]*?^\t\};$/gm;
    return { code: code.replace(unread, ""), map: null };
  },
};

/** Committed and started by path, so it must stay executable. */
const executable = {
  name: "executable",
  async writeBundle({ file }) {
    const { chmod } = await import("node:fs/promises");
    await chmod(file, 0o755);
  },
};

const sums = new Map();

/** The sum of each bundle, by which `claude-mesh doctor` knows one that was changed or cut off. */
const summed = {
  name: "summed",
  async writeBundle({ file }) {
    sums.set(
      file,
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    );
    const sorted = Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile("servers/integrity.json", `${JSON.stringify(sorted, null, 2)}\n`);
  },
};

/** The manifest once more, where other hosts look for it. A link would be 26 bytes of text on a Windows without links. */
const manifest = {
  name: "manifest",
  writeBundle: () => copyFile(".claude-plugin/plugin.json", "plugin.json"),
};

export default Object.entries(ENTRIES).map(([input, file]) => ({
  input,
  output: { file, format: "es", inlineDynamicImports: true },
  external: ["better-sqlite3"],
  plugins: [
    builtins,
    spelled,
    formless,
    unmet,
    resolve({ preferBuiltins: true, exportConditions: ["node"] }),
    commonjs(),
    json(),
    compiled,
    isHook(file) && packed,
    isHook(file) && lean,
    terser({ module: true, ecma: 2020, compress: compress(file), format: { comments: false } }),
    isHook(file) && bared,
    executable,
    summed,
    manifest,
  ],
  onwarn(warning) {
    if (ofLibrary(warning)) return;
    throw new Error(warning.message);
  },
}));
