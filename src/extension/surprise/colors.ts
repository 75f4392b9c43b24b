import type { LevelName } from '../../scoring/surpriseLevels';

/** Id of the colour of a level, as package.json contributes it. */
export function colorOf(name: LevelName): string {
  return `textloom.surprise.${name}`;
}
