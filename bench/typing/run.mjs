// @ts-check
// How long a typed character takes to stand on the screen, in the real editor: see typing.ts.
import { runWithEditor } from '../bundled.mjs';

await runWithEditor('typing');
