// Softmax cross-entropy of logits in panels, and its gradient in their place. Passes run panel by panel, so that memory
// is read front to back however large the vocabulary. In plain loops: `headPass` of test/unit/engine/reference.ts.
import { expOfNegative4, laneSum, largestLane, storePair } from './simdMath';
import { Address, Bytes, Panels, Rows, FLOAT, HALF_LINE, LINE, floats, lines } from './units';

/**
 * For each of `rows` rows: the sum of exp(logit - largest), and largest - logit of the target, so that the loss is
 * log(sum) + gap. The logits are replaced by exp(logit - largest).
 * @param targets one 32-bit id a row
 * @param scratch 64 bytes a row
 */
export function crossEntropy(
  logits: Address,
  stride: Bytes,
  rows: Rows,
  panels: Panels,
  targets: Address,
  sums: Address,
  gaps: Address,
  scratch: Address,
): void {
  const size = lines(rows);
  memory.copy(scratch, logits, size);
  for (let panel = 1; panel < panels; panel++) {
    const line = logits + <usize>panel * stride;
    for (let at: usize = 0; at < size; at += HALF_LINE) {
      const x0 = f32x4.pmax(v128.load(scratch + at), v128.load(line + at));
      const x1 = f32x4.pmax(v128.load(scratch + at, 16), v128.load(line + at, 16));
      storePair(scratch + at, x0, x1);
    }
  }
  for (let row = 0; row < rows; row++) {
    const at = scratch + lines(row);
    const upper = f32x4.pmax(v128.load(at), v128.load(at, 16));
    const lower = f32x4.pmax(v128.load(at, 32), v128.load(at, 48));
    const largest = largestLane(f32x4.pmax(upper, lower));
    const word = floats(row);
    store<f32>(gaps + word, largest - load<f32>(element(logits, stride, row, load<i32>(targets + word))));
    store<f32>(sums + word, largest);
  }
  memory.fill(scratch, 0, size);
  for (let panel = 0; panel < panels; panel++) {
    const line = logits + <usize>panel * stride;
    for (let at: usize = 0; at < size; at += HALF_LINE) {
      const largest = v128.load32_splat(sums + (at / LINE) * FLOAT);
      const x0 = expOfNegative4(f32x4.sub(v128.load(line + at), largest));
      const x1 = expOfNegative4(f32x4.sub(v128.load(line + at, 16), largest));
      storePair(line + at, x0, x1);
      storePair(scratch + at, f32x4.add(v128.load(scratch + at), x0), f32x4.add(v128.load(scratch + at, 16), x1));
    }
  }
  for (let row = 0; row < rows; row++) {
    const at = scratch + lines(row);
    const upper = f32x4.add(v128.load(at), v128.load(at, 16));
    const lower = f32x4.add(v128.load(at, 32), v128.load(at, 48));
    store<f32>(sums + floats(row), laneSum(f32x4.add(upper, lower)));
  }
}

/** Turns the exponentials of {@link crossEntropy} into the gradient: (softmax - one-hot target) * scale. */
export function crossEntropyGradient(
  logits: Address,
  stride: Bytes,
  rows: Rows,
  panels: Panels,
  targets: Address,
  sums: Address,
  scale: f32,
): void {
  const size = lines(rows);
  for (let panel = 0; panel < panels; panel++) {
    const line = logits + <usize>panel * stride;
    for (let at: usize = 0; at < size; at += HALF_LINE) {
      const factor = f32x4.splat(scale / load<f32>(sums + (at / LINE) * FLOAT));
      storePair(line + at, f32x4.mul(v128.load(line + at), factor), f32x4.mul(v128.load(line + at, 16), factor));
    }
  }
  for (let row = 0; row < rows; row++) {
    const at = element(logits, stride, row, load<i32>(targets + floats(row)));
    store<f32>(at, load<f32>(at) - scale);
  }
}

// @inline
function element(panels: usize, stride: usize, row: i32, column: i32): usize {
  return panels + <usize>(column >> 4) * stride + lines(row) + floats(column & 15);
}
