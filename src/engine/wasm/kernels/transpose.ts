// Weights in the other order: what goes forward [panel of outputs][input][16] goes back [panel of inputs][output][16].
import { copyLine } from './gather';
import { Address, Bytes, Panels, Rows, FLOAT } from './units';

/** Transposes a grid of blocks of 16 x 16 floats. Rows lie `toRow` and `fromRow` bytes apart. */
export function transposeBlocks(
  to: Address,
  toRow: Bytes,
  toBlock: Bytes,
  from: Address,
  fromRow: Bytes,
  fromBlock: Bytes,
  blocks: Panels,
): void {
  for (let block = 0; block < blocks; block++) {
    for (let i: usize = 0; i < 16; i += 4) {
      for (let j: usize = 0; j < 16; j += 4) {
        transpose4(to + j * toRow + i * FLOAT, toRow, from + i * fromRow + j * FLOAT, fromRow);
      }
    }
    to += toBlock;
    from += fromBlock;
  }
}

// @inline
function transpose4(to: usize, toRow: usize, from: usize, fromRow: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromRow);
  const c = v128.load(from + 2 * fromRow);
  const d = v128.load(from + 3 * fromRow);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}

/** Copies lines of 64 bytes that lie `toStep` and `fromStep` bytes apart. */
export function copyLines(to: Address, toStep: Bytes, from: Address, fromStep: Bytes, count: Rows): void {
  for (let line = 0; line < count; line++) {
    copyLine(to, from);
    to += toStep;
    from += fromStep;
  }
}
