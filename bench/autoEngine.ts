import { join } from 'node:path';
import { engineChooser } from '../src/engine/select';

const installed = process.env['TEXTLOOM_TENSORFLOW'];

/** The engine that a user's training would get on this machine. */
export const autoEngine = engineChooser('auto', {
  kernelFolder: __dirname,
  tensorflowFolders: [
    ...(installed === undefined ? [] : [installed]),
    process.cwd(),
    join(process.cwd(), '.cache', 'tensorflow'),
  ],
});
