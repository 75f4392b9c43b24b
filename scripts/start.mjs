// @ts-check
// From a fresh clone to generated text: npm start [-- FOLDER] [--again] [--no-editor]
// Sets up what is missing, trains on the folder for a minute, prints a passage, opens the editor on the folder.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';
import { node24 } from './setup/node24.mjs';
import { sampleWorkspace } from './setup/sample.mjs';
import { cache, root } from './setup/step.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'no-editor': { type: 'boolean', default: false }, again: { type: 'boolean', default: false } },
});
const interactive = process.stdout.isTTY && process.env['CI'] === undefined;
const wantsEditor = interactive && !values['no-editor'];
const modelName = 'first-model';
const hint = 'Put the cursor in a text and run "Textloom: Generate at Cursor".';

await setUp({ editor: wantsEditor && !hasCode() });
// npm runs this in the project's folder; INIT_CWD is where the user is.
const here = process.env['INIT_CWD'] ?? process.cwd();
const folder = positionals[0] === undefined ? await sampleWorkspace() : resolve(here, positionals[0]);
if (!existsSync(folder)) fail(`There is no folder ${folder}.`);
const model = join(folder, '.textloom', 'models', modelName);

if (!existsSync(join(model, 'model.safetensors'))) {
  console.log(`\nTraining on ${folder} for a minute:\n`);
  runCli(['train', folder, '--minutes', '1', '--name', modelName]);
} else if (values.again) {
  console.log('\nTraining the model that is there for another minute:\n');
  runCli(['train', folder, '--minutes', '1', '--name', modelName, '--resume']);
} else {
  console.log(`\nThere is a model already: ${model}\n(npm start -- --again trains it for another minute.)`);
}
console.log('\nThe model writes:\n');
runCli(['generate', '--model', model, '--length', '600']);
if (wantsEditor) await openEditor(folder);

/** Runs the command line on Node 24, on this terminal; ends with it when it fails. @param {string[]} args */
function runCli(args) {
  const { status, signal } = spawnSync(node24(), [join(root, 'dist', 'cli.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

/** Desktop VS Code that is installed, else the one that set-up has downloaded, else the browser edition. @param {string} folder */
async function openEditor(folder) {
  const args = [`--extensionDevelopmentPath=${root}`, folder];
  const downloaded = join(root, '.cache', 'editor', 'desktop', 'executable');
  if (hasCode()) {
    spawnSync('code', args, { stdio: 'inherit', shell: process.platform === 'win32' });
    console.log(`\nVS Code is open on the folder. ${hint}`);
  } else if (existsSync(downloaded)) {
    const executable = join(root, '.cache', 'editor', 'desktop', readFileSync(downloaded, 'utf8'));
    spawn(executable, args, { detached: true, stdio: 'ignore' }).unref();
    console.log(`\nVS Code opens on the folder. ${hint}`);
  } else {
    await serveBrowserEdition(folder);
  }
}

/** Serves until Ctrl+C, which lets a training save before it ends. @param {string} folder */
async function serveBrowserEdition(folder) {
  /** @type {typeof import('../test/launcher/launcher')} */
  const { startServer } = createRequire(import.meta.url)(join(root, 'dist', 'test', 'launcher', 'launcher.js'));
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  process.chdir(root);
  const server = await startServer({ audience: 'user', workspace: folder, userData: join(cache, 'editor', 'user') });
  console.log(`\nThe editor is open on the folder, for this machine alone:\n\n  ${server.url}\n`);
  console.log(`${hint} Ctrl+C ends it.`);
  const lastWords = await Promise.race([interrupted.then(() => undefined), server.ended]);
  if (lastWords !== undefined) fail(`The editor has ended: ${lastWords}`);
  console.log('\nEnding the editor.');
  await server.stop();
  process.exit(0);
}

function hasCode() {
  return spawnSync('code', ['--version'], { shell: process.platform === 'win32' }).status === 0;
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
