import type { TokenSequence } from '../corpus';
import { unknown } from '../tokenizers/tokenizer';

/** Tokens looked at, in blocks spread evenly over a longer sequence. */
const mostTokens = 1 << 20;
const blockSize = 1 << 12;

/** Share of a sequence that its vocabulary lacks, 0 to 1: of all tokens, or of a million of them. */
export function unknownShare(sequence: TokenSequence): number {
  const { length } = sequence;
  const blocks = Math.ceil(Math.min(length, mostTokens) / blockSize);
  const block = new Uint16Array(blockSize);
  let [found, seen] = [0, 0];
  for (let i = 0; i < blocks; i++) {
    const start = Math.floor((i * length) / blocks);
    const tokens = block.subarray(0, Math.min(blockSize, Math.floor(((i + 1) * length) / blocks) - start));
    sequence.read(start, tokens);
    for (const token of tokens) if (token === unknown) found++;
    seen += tokens.length;
  }
  return seen === 0 ? 0 : found / seen;
}
