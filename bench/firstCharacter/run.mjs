// @ts-check
// How long one waits for the first character, in the real editor: see firstCharacter.ts.
//   node bench/firstCharacter/run.mjs
import { runWithEditor } from '../bundled.mjs';

await runWithEditor('firstCharacter', ['bench/firstCharacter/inEditor.ts']);
