// @ts-check
// From a fresh clone to generated text: npm start [-- FOLDER] [--minutes N] [--again] [--no-editor] [--no-setup]
// Sets up what is missing, trains on the folder for a minute, prints a passage, opens the editor on the folder.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';
import { node24 } from './setup/node24.mjs';
import { sampleWorkspace } from './setup/sample.mjs';
import { cache, root } from './setup/step.mjs';
import { findFirstModel, firstName } from './start/firstModel.mjs';
import { installedCode, openInCode } from './start/installedCode.mjs';

const { values, positionals } = readArguments();
const minutes = Number(values.minutes);
if (!(minutes > 0)) fail(`--minutes takes a number above 0, not "${values.minutes}".`, 2);
// npm runs this in the project's folder; INIT_CWD is where the user is.
const here = process.env['INIT_CWD'] ?? process.cwd();
const given = positionals[0] === undefined ? undefined : resolve(here, positionals[0]);
if (given !== undefined && !isFolder(given)) fail(`There is no folder ${given}: name one with text to train on.`, 2);

const interactive = process.stdout.isTTY && process.env['CI'] === undefined;
const wantsEditor = interactive && !values['no-editor'];
const code = wantsEditor ? installedCode() : undefined;
const hint = 'Put the cursor in a text and run "Textloom: Generate at Cursor".';

if (!values['no-setup']) await setUp({ editor: wantsEditor && code === undefined });
const folder = given ?? (await sampleWorkspace());
const models = join(folder, '.textloom', 'models');
trainFirstModel();
const model = findFirstModel(models);
if (model?.canWrite !== true) fail('The training ended before there was a model: run it again, for longer.');
console.log('\nThe model writes:\n');
runCli(['generate', '--model', model.folder, '--length', '600']);
if (wantsEditor) await openEditor(folder);

/** Trains a model, goes on with one whose training was interrupted, or finds one that is there. */
function trainFirstModel() {
  const found = findFirstModel(models);
  const time = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  if (found === undefined) {
    console.log(`\nTraining on ${folder} for ${time}:\n`);
    runCli(['train', folder, '--minutes', String(minutes), '--name', firstName]);
  } else if (!found.isFinished) {
    console.log(`\nGoing on with the training that was interrupted: ${found.folder}\n`);
    runCli(['train', folder, '--name', found.name, '--resume']);
  } else if (values.again) {
    console.log(`\nTraining the model that is there for ${time} more:\n`);
    runCli(['train', folder, '--minutes', String(minutes), '--name', found.name, '--resume']);
  } else {
    console.log(`\nThere is a model already: ${found.folder}\n(npm start -- --again trains it for ${time} more.)`);
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'no-editor': { type: 'boolean', default: false },
        'no-setup': { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '1' },
      },
    });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), 2);
  }
}

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
  if (code !== undefined) {
    const failure = openInCode(code, args);
    if (failure === undefined) {
      console.log(`\nVS Code is open on the folder. ${hint}`);
      return;
    }
    console.log(`\nThe VS Code that is installed did not open (${failure}): on to another one.\n`);
    await setUp({ editor: true });
  }
  const downloaded = join(cache, 'editor', 'desktop', 'executable');
  if (existsSync(downloaded) && process.env['TEXTLOOM_EDITOR'] !== 'browser') {
    const executable = join(cache, 'editor', 'desktop', readFileSync(downloaded, 'utf8'));
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

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @param {string} sentence @param {number} [status] @returns {never} */
function fail(sentence, status = 1) {
  console.error(sentence);
  process.exit(status);
}
