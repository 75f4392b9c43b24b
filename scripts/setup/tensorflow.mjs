// @ts-check
// Native TensorFlow, by the installer that the extension's command uses as well.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { node24Headers } from './node24.mjs';
import { cache, root } from './step.mjs';

/** Its age says when TensorFlow was last found not to be had here. */
const missed = join(cache, 'tensorflow-unavailable');
const retryHours = 24;

/**
 * Installs TensorFlow where it can be had.
 * @param {(text: string) => void} doing
 */
export async function setUpTensorFlow(doing) {
  /** @type {typeof import('../../src/engine/tensorflow/install')} */
  const { installTensorFlow } = createRequire(import.meta.url)(join(root, 'dist', 'installTensorFlow.js'));
  const hours = (Date.now() - (statSync(missed, { throwIfNoEntry: false })?.mtimeMs ?? 0)) / 3_600_000;
  if (hours < retryHours) return told('not to be had here: the wasm engine is used');
  const outcome = await installTensorFlow({
    folder: join(cache, 'tensorflow'),
    signal: new AbortController().signal,
    env: process.env,
    nodeHeaders: node24Headers(),
    ui: {
      confirm: ({ downloadMegabytes }) => {
        doing(`fetching it (up to ${downloadMegabytes} MB)`);
        return Promise.resolve(true);
      },
      progress: () => undefined,
    },
  });
  if (outcome.kind === 'ready') return told(outcome.way === 'found' ? 'ready' : `done, by the ${outcome.way} way`);
  if (outcome.kind === 'unavailable') {
    mkdirSync(cache, { recursive: true });
    writeFileSync(missed, outcome.details);
    return told(`${outcome.reason} ${outcome.remedy} Until then the wasm engine is used.`);
  }
  return told(outcome.kind);
}

/** @param {string} text */
function told(text) {
  return { told: text, value: undefined };
}
