import { join } from 'node:path';
import { chooseEngine } from '../src/engine/choose';
import { locateTensorFlow } from '../src/engine/tensorflow/install/locate';
import type { Surroundings } from '../src/training/prepare/surroundings';

/** The engine that a user's training would get on this machine. */
export const autoEngine: Surroundings['engineFor'] = (architecture, length, streams) => {
  const installed = process.env['TEXTLOOM_TENSORFLOW'];
  const tensorflowFolder = locateTensorFlow([
    ...(installed === undefined ? [] : [installed]),
    process.cwd(),
    join(process.cwd(), '.cache', 'tensorflow'),
  ]);
  return chooseEngine({
    preference: 'auto',
    architecture,
    length,
    streams,
    kernelFolder: __dirname,
    ...(tensorflowFolder !== undefined && { tensorflowFolder }),
  });
};
