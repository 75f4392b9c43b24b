import { join } from 'node:path';
import type { EnginePlaces } from '../engine/engines';

/**
 * Where engines are for the command line: a native TensorFlow where the user says, in the package's own dependencies, or
 * where set-up puts it.
 * @param threads of a step, at most
 */
export function enginePlaces(threads?: number): EnginePlaces {
  const told = process.env['TEXTLOOM_TENSORFLOW'];
  const home = join(__dirname, '..');
  return {
    tensorflowFolders: [...(told === undefined ? [] : [told]), home, join(home, '.cache', 'tensorflow')],
    ...(threads !== undefined && { threads }),
  };
}
