// The LSTM cell, forward and backward, fused with the recurrent product that feeds it. The four gates of 16 units are
// four panels in a row: input, forget, cell, output.
import { multiply } from './product';
import { sigmoid4, tanh4 } from './vector';

/**
 * One time step of one layer, for `rows` streams: gates = gates + hidden . recurrent weights, then the cell.
 * @param gates [4 * panels][row][16] at this time: holds what comes from the input, ends as the activated gates
 * @param hidden state that came in (zero where reset), and so `cell`
 * @param output hidden state that goes up to the next layer
 * @param cellTanh tanh of the new cell state, for the way back
 * @param hiddenNext,cellNext the new state as the next step shall read it, and'ed with `keepNext`
 * @param keepNext a mask of 32 bits a stream
 */
export function recurrentForward(
  gates: usize,
  hidden: usize,
  cell: usize,
  stride: usize,
  rows: i32,
  panels: i32,
  weights: usize,
  output: usize,
  cellTanh: usize,
  hiddenNext: usize,
  cellNext: usize,
  keepNext: usize,
): void {
  const unitWeights = (<usize>panels) << 12; // 4 panels of 16 * panels lines
  for (let panel = 0; panel < panels; panel++) {
    multiply(gates, hidden, stride, rows, panels, weights, 4, gates, stride, 64);
    cellForward(gates, stride, rows, cell, output, cellTanh, hiddenNext, cellNext, keepNext);
    gates += 4 * stride;
    weights += unitWeights;
    cell += stride;
    output += stride;
    cellTanh += stride;
    hiddenNext += stride;
    cellNext += stride;
  }
}

/** One stream alone: the cell for all units, whose state is replaced. The gates' inputs are complete. */
export function cellForwardRow(
  gates: usize,
  panels: i32,
  cell: usize,
  hidden: usize,
  cellTanh: usize,
  keep: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    cellForward(gates, 64, 1, cell, hidden, cellTanh, hidden, cell, keep);
    gates += 256;
    cell += 64;
    hidden += 64;
    cellTanh += 64;
  }
}

/** The cell for 16 units of `rows` streams. */
function cellForward(
  gates: usize,
  stride: usize,
  rows: i32,
  cell: usize,
  output: usize,
  cellTanh: usize,
  hiddenNext: usize,
  cellNext: usize,
  keepNext: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const keep = v128.load32_splat(keepNext + ((<usize>row) << 2));
    const end = ((<usize>row) << 6) + 64;
    for (let at = (<usize>row) << 6; at < end; at += 16) {
      const inputAt = gates + at;
      const forgetAt = inputAt + stride;
      const candidateAt = forgetAt + stride;
      const outputAt = candidateAt + stride;
      const i = sigmoid4(v128.load(inputAt));
      const f = sigmoid4(v128.load(forgetAt));
      const g = tanh4(v128.load(candidateAt));
      const o = sigmoid4(v128.load(outputAt));
      const c = f32x4.add(f32x4.mul(f, v128.load(cell + at)), f32x4.mul(i, g));
      const squashed = tanh4(c);
      const h = f32x4.mul(o, squashed);
      v128.store(inputAt, i);
      v128.store(forgetAt, f);
      v128.store(candidateAt, g);
      v128.store(outputAt, o);
      v128.store(cellTanh + at, squashed);
      v128.store(output + at, h);
      v128.store(cellNext + at, v128.and(c, keep));
      v128.store(hiddenNext + at, v128.and(h, keep));
    }
  }
}

/**
 * The way back through the cell: turns the activated gates at one time into the gradient of what was put into them.
 * @param outputGradient gradient by the output of this time, from above
 * @param hiddenGradient,cellGradient gradients by the state handed on, from the time after; the latter is replaced by
 *   the gradient by the state that came in
 * @param keepNext whether that state was handed on at all
 */
export function cellBackward(
  gates: usize,
  stride: usize,
  rows: i32,
  panels: i32,
  cell: usize,
  cellTanh: usize,
  outputGradient: usize,
  hiddenGradient: usize,
  cellGradient: usize,
  keepNext: usize,
): void {
  const one = f32x4.splat(1);
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      const keep = v128.load32_splat(keepNext + ((<usize>row) << 2));
      const end = ((<usize>row) << 6) + 64;
      for (let at = (<usize>row) << 6; at < end; at += 16) {
        const inputAt = gates + at;
        const forgetAt = inputAt + stride;
        const candidateAt = forgetAt + stride;
        const outputAt = candidateAt + stride;
        const i = v128.load(inputAt);
        const f = v128.load(forgetAt);
        const g = v128.load(candidateAt);
        const o = v128.load(outputAt);
        const squashed = v128.load(cellTanh + at);
        const dh = f32x4.add(v128.load(outputGradient + at), v128.and(v128.load(hiddenGradient + at), keep));
        const through = f32x4.mul(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(squashed, squashed)));
        const dc = f32x4.add(through, v128.and(v128.load(cellGradient + at), keep));
        const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
        const df = f32x4.mul(f32x4.mul(dc, v128.load(cell + at)), f32x4.mul(f, f32x4.sub(one, f)));
        const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
        const dout = f32x4.mul(f32x4.mul(dh, squashed), f32x4.mul(o, f32x4.sub(one, o)));
        v128.store(cellGradient + at, f32x4.mul(dc, f));
        v128.store(inputAt, di);
        v128.store(forgetAt, df);
        v128.store(candidateAt, dg);
        v128.store(outputAt, dout);
      }
    }
    gates += 4 * stride;
    cell += stride;
    cellTanh += stride;
    outputGradient += stride;
    hiddenGradient += stride;
    cellGradient += stride;
  }
}

/** Copies `rows` rows of `panels` panels, and'ed with a mask a row. */
export function copyKept(to: usize, from: usize, stride: usize, rows: i32, panels: i32, keep: usize): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      const mask = v128.load32_splat(keep + ((<usize>row) << 2));
      const end = ((<usize>row) << 6) + 64;
      for (let at = (<usize>row) << 6; at < end; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
    }
    to += stride;
    from += stride;
  }
}
