import { formatLoss } from '../base/format';
import type { ModelDescription } from './description';

/** A loss in both units that people read. */
export interface WrittenQuality {
  readonly natsPerCharacter: number;
  readonly bitsPerCharacter: number;
}

/** What a model reaches on unseen text as it writes: with its memory, where it has one. Null before it has been scored. */
export function asItWrites({ best, memory }: Pick<ModelDescription, 'best' | 'memory'>): WrittenQuality | null {
  if (best === null) return null;
  const natsPerCharacter = memory?.natsPerCharacter ?? best.natsPerCharacter;
  return { natsPerCharacter, bitsPerCharacter: natsPerCharacter / Math.LN2 };
}

/** What the two that make up that number reach alone, nats per character: a detail below it. */
export function eachAlone(lstm: number, memory: number): string {
  return `with its memory; LSTM alone ${formatLoss(lstm)}, memory alone ${formatLoss(memory)} nats/char`;
}
