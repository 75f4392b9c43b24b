import { type MemoryUse, memoryUses } from '../memory/memory';
import type { Flags } from './flags';

/** What `--memory` says, spaces as hyphens if need be; reading along where it isn't given. @throws UsageError */
export function memoryUseOf<Name extends string>(flags: Flags<Name | 'memory'>): MemoryUse {
  const text = flags.text('memory');
  if (text === undefined) return 'reading along';
  const use = memoryUses.find((each) => each === text || flagOf(each) === text);
  if (use !== undefined) return use;
  throw flags.wrong(`--memory must be one of ${memoryUses.map(flagOf).join(', ')}, not "${text}".`);
}

function flagOf(use: MemoryUse): string {
  return use.replace(' ', '-');
}
