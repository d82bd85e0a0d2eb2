import { parseAst } from "rollup/parseAst";

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

interface Placed {
  readonly node: Node;
  /** The functions around it, from the outermost. */
  readonly within: readonly Node[];
}

/** What a file loads, by any way there is: import, import(), require(), what createRequire gives, getBuiltinModule. */
export function loadedModules(source: string): string[] {
  const nodes = [...walk(parseAst(source, { allowReturnOutsideFunction: true }) as unknown as Node, [])];
  const makers = nodes.flatMap(({ node }) => localNamesOf(node, "createRequire"));
  const isMade = (value: unknown) =>
    isNode(value) &&
    value.type === "CallExpression" &&
    (makers.includes(nameOf(value["callee"])) || isMember(value["callee"], "createRequire"));
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
    const builtIn = isMember(node["callee"], "getBuiltinModule");
    if (!ours && name !== "require" && !isMade(node["callee"]) && !builtIn) continue;
    const [argument] = Array.isArray(node["arguments"]) ? (node["arguments"] as unknown[]) : [];
    found.push(textOf(argument));
  }
  return [...new Set(found)].filter((name) => name !== "");
}

/** What statements import, which the linker looks for before anything runs. */
export function importedModules(source: string): string[] {
  const nodes = [...walk(parseAst(source, { allowReturnOutsideFunction: true }) as unknown as Node, [])];
  const statements = nodes.filter(({ node }) =>
    /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type),
  );
  return statements.map(({ node }) => textOf(node["source"])).filter((name) => name !== "");
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

/** `process.getBuiltinModule` and `module.createRequire`, as the bundles write them. */
function isMember(callee: unknown, name: string): boolean {
  return isNode(callee) && callee.type === "MemberExpression" && nameOf(callee["property"]) === name;
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
