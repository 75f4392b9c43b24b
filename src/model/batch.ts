/**
 * One step's tokens, time-major: element `t * streams + b` is time `t` of stream `b`. Streams go on from batch to batch.
 * All arrays hold `length * streams` elements.
 */
export interface Batch {
  /** Time steps, T. */
  readonly length: number;
  /** Parallel streams, B. */
  readonly streams: number;
  /** Token ids read. */
  readonly inputs: Uint16Array;
  /** Token ids to predict; every position has a loss. */
  readonly targets: Uint16Array;
  /** 1 where the stream's carried state is zeroed before its token is read (and no gradient flows back), else 0. */
  readonly resets: Uint8Array;
}
