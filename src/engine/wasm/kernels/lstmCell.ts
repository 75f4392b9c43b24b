// The LSTM cell, forward and backward, fused with the recurrent product that feeds it. The four gates of 16 units are
// four panels in a row: input, forget, cell, output. In plain loops: `cell` and `cellBack` of test/unit/engine/reference.ts.
import { matmul } from './matmul';
import { one, sigmoid4, storePair, tanh4 } from './simdMath';
import { Address, Bytes, Panels, Rows, BLOCK, HALF_LINE, LINE, floats, lines } from './units';

/**
 * One time step of one layer, for `rows` streams: gates = gates + hidden . recurrent weights, then the cell.
 * @param gates [4 * panels][row][16] at this time: holds what comes from the input, ends as the activated gates
 * @param hidden state that came in (zero where reset), and so `cell`
 * @param output hidden state that goes up to the next layer
 * @param cellTanh tanh of the new cell state, for the backward pass
 * @param hiddenNext,cellNext the new state as the next step shall read it, and'ed with `keepNext`
 * @param keepNext a mask of 32 bits a stream
 */
export function recurrentForward(
  gates: Address,
  hidden: Address,
  cell: Address,
  stride: Bytes,
  rows: Rows,
  panels: Panels,
  weights: Address,
  output: Address,
  cellTanh: Address,
  hiddenNext: Address,
  cellNext: Address,
  keepNext: Address,
): void {
  const unitWeights = <usize>panels * 4 * BLOCK; // of the four gates
  for (let panel = 0; panel < panels; panel++) {
    matmul(gates, hidden, stride, rows, panels, weights, 4, gates, stride, LINE);
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
  gates: Address,
  panels: Panels,
  cell: Address,
  hidden: Address,
  cellTanh: Address,
  keep: Address,
): void {
  for (let panel = 0; panel < panels; panel++) {
    cellForward(gates, LINE, 1, cell, hidden, cellTanh, hidden, cell, keep);
    gates += 4 * LINE;
    cell += LINE;
    hidden += LINE;
    cellTanh += LINE;
  }
}

/** The cell for 16 units of `rows` streams; see {@link recurrentForward}. */
export function cellForward(
  gates: Address,
  stride: Bytes,
  rows: Rows,
  cell: Address,
  output: Address,
  cellTanh: Address,
  hiddenNext: Address,
  cellNext: Address,
  keepNext: Address,
): void {
  for (let row = 0; row < rows; row++) {
    const keep = v128.load32_splat(keepNext + floats(row));
    const end = lines(row) + LINE;
    for (let at = lines(row); at < end; at += HALF_LINE) {
      const inputAt = gates + at;
      const forgetAt = inputAt + stride;
      const candidateAt = forgetAt + stride;
      const outputAt = candidateAt + stride;
      const i0 = sigmoid4(v128.load(inputAt)),
        i1 = sigmoid4(v128.load(inputAt, 16));
      const f0 = sigmoid4(v128.load(forgetAt)),
        f1 = sigmoid4(v128.load(forgetAt, 16));
      const g0 = tanh4(v128.load(candidateAt)),
        g1 = tanh4(v128.load(candidateAt, 16));
      const o0 = sigmoid4(v128.load(outputAt)),
        o1 = sigmoid4(v128.load(outputAt, 16));
      const c0 = f32x4.add(f32x4.mul(f0, v128.load(cell + at)), f32x4.mul(i0, g0));
      const c1 = f32x4.add(f32x4.mul(f1, v128.load(cell + at, 16)), f32x4.mul(i1, g1));
      const t0 = tanh4(c0),
        t1 = tanh4(c1);
      const h0 = f32x4.mul(o0, t0),
        h1 = f32x4.mul(o1, t1);
      storePair(inputAt, i0, i1);
      storePair(forgetAt, f0, f1);
      storePair(candidateAt, g0, g1);
      storePair(outputAt, o0, o1);
      storePair(cellTanh + at, t0, t1);
      storePair(output + at, h0, h1);
      storePair(cellNext + at, v128.and(c0, keep), v128.and(c1, keep));
      storePair(hiddenNext + at, v128.and(h0, keep), v128.and(h1, keep));
    }
  }
}

/**
 * The backward pass through the cell: turns the activated gates at one time into the gradient of what was put into them.
 * @param outputGradient gradient by the output of this time, from above
 * @param hiddenGradient,cellGradient gradients by the state handed on, from the time after; the latter is replaced by
 *   the gradient by the state that came in
 * @param keepNext whether that state was handed on at all
 */
export function cellBackward(
  gates: Address,
  stride: Bytes,
  rows: Rows,
  panels: Panels,
  cell: Address,
  cellTanh: Address,
  outputGradient: Address,
  hiddenGradient: Address,
  cellGradient: Address,
  keepNext: Address,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      const keep = v128.load32_splat(keepNext + floats(row));
      const end = lines(row) + LINE;
      for (let at = lines(row); at < end; at += HALF_LINE) {
        const inputAt = gates + at;
        const forgetAt = inputAt + stride;
        const candidateAt = forgetAt + stride;
        const outputAt = candidateAt + stride;
        const i0 = v128.load(inputAt),
          i1 = v128.load(inputAt, 16);
        const f0 = v128.load(forgetAt),
          f1 = v128.load(forgetAt, 16);
        const g0 = v128.load(candidateAt),
          g1 = v128.load(candidateAt, 16);
        const o0 = v128.load(outputAt),
          o1 = v128.load(outputAt, 16);
        const t0 = v128.load(cellTanh + at),
          t1 = v128.load(cellTanh + at, 16);
        const dh0 = f32x4.add(v128.load(outputGradient + at), v128.and(v128.load(hiddenGradient + at), keep));
        const dh1 = f32x4.add(v128.load(outputGradient + at, 16), v128.and(v128.load(hiddenGradient + at, 16), keep));
        const dc0 = f32x4.add(throughTanh(f32x4.mul(dh0, o0), t0), v128.and(v128.load(cellGradient + at), keep));
        const dc1 = f32x4.add(throughTanh(f32x4.mul(dh1, o1), t1), v128.and(v128.load(cellGradient + at, 16), keep));
        const c0 = v128.load(cell + at),
          c1 = v128.load(cell + at, 16);
        const di0 = throughSigmoid(f32x4.mul(dc0, g0), i0),
          di1 = throughSigmoid(f32x4.mul(dc1, g1), i1);
        const df0 = throughSigmoid(f32x4.mul(dc0, c0), f0),
          df1 = throughSigmoid(f32x4.mul(dc1, c1), f1);
        const dg0 = throughTanh(f32x4.mul(dc0, i0), g0),
          dg1 = throughTanh(f32x4.mul(dc1, i1), g1);
        const do0 = throughSigmoid(f32x4.mul(dh0, t0), o0),
          do1 = throughSigmoid(f32x4.mul(dh1, t1), o1);
        storePair(cellGradient + at, f32x4.mul(dc0, f0), f32x4.mul(dc1, f1));
        storePair(inputAt, di0, di1);
        storePair(forgetAt, df0, df1);
        storePair(candidateAt, dg0, dg1);
        storePair(outputAt, do0, do1);
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

/** The gradient by what went into a tanh, by that of what came out. */
// @inline
function throughTanh(gradient: v128, result: v128): v128 {
  return f32x4.mul(gradient, f32x4.sub(one(), f32x4.mul(result, result)));
}

/** The gradient by what went into a sigmoid, by that of what came out. */
// @inline
function throughSigmoid(gradient: v128, result: v128): v128 {
  return f32x4.mul(gradient, f32x4.mul(result, f32x4.sub(one(), result)));
}

/** Copies `rows` rows of `panels` panels, and'ed with a mask a row. */
export function copyKept(to: Address, from: Address, stride: Bytes, rows: Rows, panels: Panels, keep: Address): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      const mask = v128.load32_splat(keep + floats(row));
      const end = lines(row) + LINE;
      for (let at = lines(row); at < end; at += HALF_LINE) {
        storePair(to + at, v128.and(v128.load(from + at), mask), v128.and(v128.load(from + at, 16), mask));
      }
    }
    to += stride;
    from += stride;
  }
}
