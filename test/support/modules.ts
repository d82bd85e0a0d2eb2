import { parseAst } from "rollup/parseAst";

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

interface Placed {
  readonly node: Node;
  /** The functions around it, from the outermost. */
  readonly within: readonly Node[];
}

/** What a file loads, by any way there is: import, import(), require(), and what createRequire gives. */
export function loadedModules(source: string): string[] {
  const nodes = [...walk(parseAst(source, { allowReturnOutsideFunction: true }) as unknown as Node, [])];
  const makers = nodes.flatMap(({ node }) => localNamesOf(node, "createRequire"));
  const isMade = (value: unknown) =>
    isNode(value) && value.type === "CallExpression" && makers.includes(nameOf(value["callee"]));
  const requires = nodes
    .filter(({ node }) => node.type === "VariableDeclarator" && isMade(node["init"]))
    .map(({ node, within }) => ({ name: nameOf(node["id"]), within: within.at(-1) }));

  const found: string[] = [];
  for (const { node, within } of nodes) {
    const isImport = /^(Import|ExportNamed|ExportAll)(Declaration|Expression)$/.test(node.type);
    if (isImport) found.push(textOf(node["source"]));
    if (node.type !== "CallExpression") continue;
    const name = nameOf(node["callee"]);
    const ours = requires.some(
      (one) => one.name === name && (one.within === undefined || within.includes(one.within)),
    );
    if (!ours && name !== "require" && !isMade(node["callee"])) continue;
    const [argument] = Array.isArray(node["arguments"]) ? (node["arguments"] as unknown[]) : [];
    found.push(textOf(argument));
  }
  return [...new Set(found)].filter((name) => name !== "");
}

/** What import statements take by name from Node's own modules; the linker looks for these before anything runs. */
export function importedNames(source: string): { module: string; name: string }[] {
  const nodes = [...walk(parseAst(source, { allowReturnOutsideFunction: true }) as unknown as Node, [])];
  return nodes
    .filter(({ node }) => node.type === "ImportDeclaration" && textOf(node["source"]).startsWith("node:"))
    .flatMap(({ node }) => {
      const module = textOf(node["source"]);
      const specifiers = Array.isArray(node["specifiers"]) ? (node["specifiers"] as Node[]) : [];
      const named = specifiers.filter(({ type }) => type === "ImportSpecifier");
      return named.length === 0
        ? [{ module, name: "" }]
        : named.map((specifier) => ({ module, name: nameOf(specifier["imported"]) }));
    });
}

function* walk(node: Node, within: readonly Node[]): Generator<Placed> {
  yield { node, within };
  const inside = node.type.includes("Function") ? [...within, node] : within;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield* walk(child, inside);
    }
  }
}

/** How an import statement calls that export here. */
function localNamesOf(node: Node, imported: string): string[] {
  return node.type === "ImportSpecifier" && nameOf(node["imported"]) === imported
    ? [nameOf(node["local"])]
    : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === "Identifier" ? String(value["name"]) : "";
}

/** A module's name where it is written out; anything else is named by its kind, so that nothing goes unseen. */
function textOf(value: unknown): string {
  if (!isNode(value)) return "";
  return value.type === "Literal" ? String(value["value"]) : `(${value.type})`;
}
