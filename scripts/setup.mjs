// @ts-check
// Sets up whatever is missing to build, test and start Textloom; safe to run again, and quick then. Tries again what could
// not be had before, which `npm start` and `npm test` do only after a while.
//   npm run setup [-- --editor]
import { fileURLToPath } from 'node:url';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpDesktop } from './setup/desktop.mjs';
import { setUpEditor } from './setup/editor.mjs';
import { setUpNode24 } from './setup/node24.mjs';
import { setUpPackages } from './setup/packages.mjs';
import { step } from './setup/step.mjs';
import { setUpTensorFlow } from './setup/tensorflow.mjs';

/**
 * Sets up everything, in order.
 * @param {{ editor: boolean, triesAgain?: boolean }} wanted whether the real editor is wanted as well, and whether what
 *   could not be had a while ago is tried again
 */
export async function setUp({ editor, triesAgain = false }) {
  console.log('Setting up:');
  await step('Packages', setUpPackages);
  const node = await step('Node 24', setUpNode24);
  await step('Build', setUpBuild);
  await step('TensorFlow', (doing) => setUpTensorFlow(doing, { triesAgain }));
  if (editor) {
    await step('VS Code', (doing) => setUpDesktop(doing, { triesAgain }));
    await step('Browser VS Code', (doing) => setUpEditor(node, doing));
    await step('Chromium', setUpChromium);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp({ editor: process.argv.includes('--editor'), triesAgain: true });
}
