// @ts-check
// Sets up whatever is missing to build, test and start Textloom; safe to run again, and quick then.
//   npm run setup [-- --editor]
import { fileURLToPath } from 'node:url';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpDesktop } from './setup/desktop.mjs';
import { setUpEditor } from './setup/editor.mjs';
import { setUpNode24 } from './setup/node24.mjs';
import { step } from './setup/step.mjs';

/**
 * Sets up everything, in order.
 * @param {{ editor: boolean }} wanted whether the real editor is wanted as well
 */
export async function setUp(wanted) {
  console.log('Setting up:');
  const node = await step('Node 24', setUpNode24);
  if (wanted.editor) {
    await step('VS Code', setUpDesktop);
    await step('Browser VS Code', (doing) => setUpEditor(node, doing));
    await step('Chromium', setUpChromium);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp({ editor: process.argv.includes('--editor') });
}
