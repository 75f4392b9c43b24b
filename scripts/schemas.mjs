// @ts-check
// Writes what package.json and schemas/recipe.schema.json say of the kinds of tokeniser and of the engines, as the code lists
// them: npm run schemas. A test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { root } from './setup/step.mjs';

/** @typedef {{ values: readonly string[], descriptions: readonly string[] }} Choice */

const tokenizer = await choiceOf('src/model/tokenizerKinds.ts', 'tokenizerChoices', 'tokenizerDescriptions');
const engine = await choiceOf('src/engine/engineNames.ts', 'engineChoices', 'engineDescriptions');

await rewrite('package.json', (manifest) => {
  for (const { properties } of manifest.contributes.configuration) {
    say(properties['textloom.training.tokenizer'], tokenizer);
    say(properties['textloom.engine'], engine);
  }
});
await rewrite(join('schemas', 'recipe.schema.json'), ({ properties }) => say(properties.tokenizer, tokenizer));

/** @param {any} property @param {Choice} choice */
function say(property, { values, descriptions }) {
  if (property !== undefined) Object.assign(property, { enum: values, enumDescriptions: descriptions });
}

/**
 * What a module without imports says.
 * @param {string} path @param {string} values @param {string} descriptions @returns {Promise<Choice>}
 */
async function choiceOf(path, values, descriptions) {
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  /** @type {{ exports: Record<string, readonly string[]> }} */
  const loaded = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(
    loaded,
    loaded.exports,
    createRequire(import.meta.url),
  );
  return { values: loaded.exports[values] ?? [], descriptions: loaded.exports[descriptions] ?? [] };
}

/** @param {string} file @param {(content: any) => void} change */
async function rewrite(file, change) {
  const path = join(root, file);
  const content = JSON.parse(readFileSync(path, 'utf8'));
  change(content);
  const options = { ...(await resolveConfig(path)), filepath: path };
  writeFileSync(path, await format(JSON.stringify(content), options));
}
