// @ts-check
// Writes src/engine/wasm/kernels.ts, which says what the kernels export, from their sources: `node
// scripts/kernelSignatures.js`. A test tells when that has been forgotten.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const prettier = require('prettier');
const ts = require('typescript');

const root = join(__dirname, '..');
const folder = join(root, 'src', 'engine', 'wasm', 'kernels');
const target = join(root, 'src', 'engine', 'wasm', 'kernels.ts');

/** AssemblyScript's plain types; any other is one of units.ts, the same on both sides. @type {Record<string, string>} */
const plainTypes = { void: 'void', bool: 'boolean', i32: 'number', f32: 'number', f64: 'number' };

module.exports = { kernelSignatures };

/**
 * The text of kernels.ts.
 * @throws {Error} when an exported function is missing, or of a type that TypeScript has no word for
 */
async function kernelSignatures() {
  /** @type {Set<string>} */
  const units = new Set();
  const typeOf = (/** @type {ts.TypeNode | undefined} */ node) => {
    const name = node?.getText() ?? '';
    if (name in plainTypes) return plainTypes[name];
    if (!/^[A-Z]/.test(name)) throw new Error(`A kernel takes or gives a bare "${name}": give it a type of units.ts.`);
    units.add(name);
    return name;
  };
  const methods = exported().map((declaration) => {
    const parameters = declaration.parameters.map(({ name, type }) => `${name.getText()}: ${typeOf(type)}`);
    const [comment] = ts.getJSDocCommentsAndTags(declaration).map((node) => node.getText());
    return `${comment ?? ''}\n${declaration.name?.text}(${parameters.join(', ')}): ${typeOf(declaration.type)};`;
  });
  const text = `// Written by scripts/kernelSignatures.js from the sources in kernels/.
import type { ${[...units].sort().join(', ')} } from './units';

/** What the compiled kernels export. */
export interface Kernels {
${methods.join('\n\n')}
}
`;
  return prettier.format(text, { ...(await prettier.resolveConfig(target)), parser: 'typescript' });
}

/** The functions that the entry exports, in its order. */
function exported() {
  return parse('kernels').statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !statement.moduleSpecifier) return [];
    if (!ts.isNamedExports(statement.exportClause)) throw new Error('The entry exports kernels by their names.');
    const file = parse(/** @type {ts.StringLiteral} */ (statement.moduleSpecifier).text);
    return statement.exportClause.elements.map(({ name }) => {
      const found = file.statements.find((node) => ts.isFunctionDeclaration(node) && node.name?.text === name.text);
      if (found === undefined) throw new Error(`There is no function ${name.text} in ${file.fileName}.`);
      return /** @type {ts.FunctionDeclaration} */ (found);
    });
  });
}

/** @param {string} module its name, as it is imported */
function parse(module) {
  const path = join(folder, `${module}.ts`);
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

if (require.main === module) void kernelSignatures().then((text) => writeFileSync(target, text));
