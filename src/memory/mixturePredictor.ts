import type { Predictor } from '../engine/engine';
import type { Architecture } from '../model/model';
import { placeSize } from './contexts';
import type { DocumentMemory, Memory, MemoryUse } from './memory';
import { Mixture } from './mixture';

/**
 * An LSTM that predicts together with a memory. Its logits are those of the mixture: log probabilities, up to what is the same
 * for all. Its state is the LSTM's with the place in the text after it, so that states can be kept, copied and branched as ever;
 * it is the same whatever the {@link use}.
 */
export class MixturePredictor implements Predictor {
  readonly architecture: Architecture;
  readonly stateSize: number;

  /** @param document What is read along, where it is. */
  constructor(
    private readonly lstm: Predictor,
    private readonly memory: Memory,
    private readonly use: MemoryUse,
    private readonly document: DocumentMemory | null = null,
    private readonly mixture: Mixture = new Mixture(memory.tree, memory.contexts),
  ) {
    this.architecture = lstm.architecture;
    this.stateSize = lstm.stateSize + placeSize;
  }

  /** The same LSTM and memory, put to another use; both may predict by turns, and read each other's states. */
  view(use: MemoryUse, document: DocumentMemory | null = null): MixturePredictor {
    return new MixturePredictor(this.lstm, this.memory, use, document, this.mixture);
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    const place = this.placeOf(state);
    this.lstm.next(state.subarray(0, this.lstm.stateSize), token, logits);
    const { contexts, corpus, along, frozen } = this.memory;
    contexts.advance(place, token);
    if (this.use === 'off') return;
    contexts.read(place);
    const document = this.use === 'reading along' ? this.document : null;
    this.mixture.mix(logits, document === null ? frozen : along, corpus, document?.table ?? null);
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    this.lstm.prime(state.subarray(0, this.lstm.stateSize), tokens);
    const place = this.placeOf(state);
    for (const token of tokens) this.memory.contexts.advance(place, token);
  }

  dispose(): void {
    this.lstm.dispose();
  }

  private placeOf(state: Float32Array): Float32Array {
    return state.subarray(this.lstm.stateSize);
  }
}
