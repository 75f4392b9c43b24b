import type { Predictor } from '../../../src/engine/engine';

/**
 * A predictor that is sure how every text goes on: after a token comes the one that `follow` names. Its state holds the
 * number of tokens read and a hash of them, so that a test can tell what was read, and in which order.
 */
export class ScriptedPredictor implements Predictor {
  readonly architecture;
  readonly stateSize = 2;
  /** Tokens read one by one, by `next` and by `prime`. */
  tokensRead = 0;

  constructor(
    vocabularySize: number,
    private readonly follow: (token: number, position: number) => number,
    private readonly onRead?: () => void,
  ) {
    this.architecture = { vocabularySize, embeddingSize: 1, hiddenSize: 1, layers: 1, tied: false };
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    this.read(state, token);
    logits.fill(-20);
    logits[this.follow(token, state[0]!)] = 20;
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    for (const token of tokens) this.read(state, token);
  }

  dispose(): void {
    this.tokensRead = NaN;
  }

  private read(state: Float32Array, token: number): void {
    this.onRead?.();
    this.tokensRead++;
    state[0]! += 1;
    state[1] = (state[1]! * 31 + token) % 65_521;
  }
}
