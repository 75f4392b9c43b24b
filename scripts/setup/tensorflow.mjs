// @ts-check
// Native TensorFlow, by the installer that the extension's command uses as well.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { forgetMissed, networkMinutes, recallMissed, rememberMissed } from './missed.mjs';
import { node24Headers } from './node24.mjs';
import { cache, root } from './step.mjs';

/** @typedef {import('../../src/engine/tensorflow/install/installation').InstallOutcome} Outcome */
/** @typedef {{ sentence: string, obstacle: Extract<Outcome, { kind: 'unavailable' }>['obstacle'] }} Missed */

/** How long each obstacle is believed in, minutes. Missing tools are looked for each time as well. */
const believed = { attempt: networkMinutes, tools: 24 * 60, machine: 24 * 60 };

/**
 * Installs TensorFlow where it can be had.
 * @param {(text: string) => void} doing
 * @param {{ triesAgain: boolean }} how whether what stood in the way before is to be tried again
 */
export async function setUpTensorFlow(doing, { triesAgain }) {
  /** @type {typeof import('../../src/engine/tensorflow/install/install')} */
  const { installTensorFlow, lackedTools } = createRequire(import.meta.url)(join(root, 'dist', 'installTensorFlow.js'));
  const options = { env: process.env, signal: new AbortController().signal };
  const ui = {
    confirm: (/** @type {{ downloadMegabytes: number }} */ { downloadMegabytes }) => {
      doing(`fetching it (up to ${downloadMegabytes} MB)`);
      return Promise.resolve(true);
    },
    progress: () => undefined,
  };
  const told = await fetchTensorFlow(join(cache, 'tensorflow'), {
    install: (folder) => installTensorFlow({ ...options, folder, nodeHeaders: node24Headers(), ui }),
    lackedTools: () => lackedTools(options),
    triesAgain,
  });
  return { told, value: undefined };
}

/**
 * Installs into `folder`, unless what stood in the way the last time is believed to be there still.
 * @param {string} folder
 * @param {{
 *   install: (folder: string) => Promise<Outcome>,
 *   lackedTools: () => Promise<readonly string[]>,
 *   triesAgain: boolean,
 * }} how
 * @returns {Promise<string>} what to tell
 * @tested
 */
export async function fetchTensorFlow(folder, { install, lackedTools, triesAgain }) {
  const missed = `${folder}-missed`;
  const before = triesAgain ? undefined : await stillMissed(missed, lackedTools);
  if (before !== undefined) return before.sentence;
  const outcome = await install(folder);
  if (outcome.kind === 'unavailable') {
    const { reason, remedy, obstacle } = outcome;
    const sentence = `${reason} ${remedy} Until then the wasm engine is used ("npm run setup" tries again at once).`;
    rememberMissed(missed, { sentence, obstacle });
    return sentence;
  }
  forgetMissed(missed);
  if (outcome.kind !== 'ready') return outcome.kind;
  return outcome.way === 'found' ? 'ready' : `done, by the ${outcome.way} way`;
}

/**
 * @param {string} file
 * @param {() => Promise<readonly string[]>} lackedTools
 */
async function stillMissed(file, lackedTools) {
  const missed = /** @type {Missed | undefined} */ (recallMissed(file, believed.machine));
  if (missed === undefined || recallMissed(file, believed[missed.obstacle.kind]) === undefined) return undefined;
  if (missed.obstacle.kind !== 'tools') return missed;
  const now = await lackedTools();
  return now.join() === missed.obstacle.missing.join() ? missed : undefined;
}
