import { characterRule, defaultSampling, type SamplingOptions, type StopOptions } from '../../generation/options';
import type { MemoryUse } from '../../memory/memory';
import type { CopyWishes } from '../../protocol/background';
import type { Settings } from '../settings';

/** What a caller of `textloom.generate` may ask for in place of the settings. */
export interface GenerateOptions {
  /** Most characters. */
  readonly length?: number;
  readonly stopAt?: StopOptions['at'];
  /** Most words; 0 for any number. */
  readonly words?: number;
  /** Which characters may be written: `any`, `ascii`, or those after `only ` or not those after `never `. */
  readonly characters?: string;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly typicalP?: number;
  readonly repetitionPenalty?: number;
  readonly seed?: number;
  readonly memory?: MemoryUse;
  /** Model folder, absolute path. */
  readonly model?: string;
}

/** How a text is written, as the background process is asked for it. */
export interface WritingWishes {
  readonly sampling: SamplingOptions;
  readonly stop: StopOptions;
  readonly copies: CopyWishes;
  readonly memory: MemoryUse;
}

/** How to draw and where to stop, from settings and what overrides them; `seed` is already chosen. */
export function writingOptions(settings: Settings, options: GenerateOptions, seed: number): WritingWishes {
  const rule = characterRule(options.characters ?? settings['generation.characters']);
  const words = options.words ?? settings['generation.words'];
  return {
    sampling: {
      temperature: options.temperature ?? settings['generation.temperature'],
      topK: options.topK ?? settings['generation.topK'],
      topP: options.topP ?? settings['generation.topP'],
      minP: options.minP ?? settings['generation.minP'],
      typicalP: options.typicalP ?? settings['generation.typicalP'],
      repetitionPenalty: options.repetitionPenalty ?? settings['generation.repetitionPenalty'],
      repetitionWindow: defaultSampling.repetitionWindow,
      seed,
      ...(rule !== undefined && { characters: rule }),
    },
    stop: {
      characters: options.length ?? settings['generation.length'],
      at: options.stopAt ?? settings['generation.stopAt'],
      ...(words > 0 && { words }),
    },
    copies: { nameFrom: settings['copies.nameFrom'], refuseFrom: settings['copies.refuseFrom'] },
    memory: options.memory ?? settings['generation.memory'],
  };
}

/** The seed to draw with: the one asked for, or where that is -1 one of the clock's own. */
export function chooseSeed(wanted: number, random: () => number = Math.random): number {
  return wanted >= 0 ? wanted : Math.floor(random() * 2 ** 31);
}

/** The same with another seed. */
export function withSeed(wishes: WritingWishes, seed: number): WritingWishes {
  return { ...wishes, sampling: { ...wishes.sampling, seed } };
}
