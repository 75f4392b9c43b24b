// The global norm of a gradient, and AdamW with an average of the weights, in one pass over memory each.
import { storePair } from './simdMath';
import { Address, Floats, HALF_LINE, LINE, floats } from './units';

/** Sum of squares of `count` floats (a multiple of 16). */
export function sumOfSquares(at: Address, count: Floats): f64 {
  let x0 = f32x4.splat(0),
    x1 = f32x4.splat(0),
    x2 = f32x4.splat(0),
    x3 = f32x4.splat(0);
  const end = at + floats(count);
  for (; at < end; at += LINE) {
    const a = v128.load(at),
      b = v128.load(at, 16),
      c = v128.load(at, 32),
      d = v128.load(at, 48);
    x0 = f32x4.add(x0, f32x4.mul(a, a));
    x1 = f32x4.add(x1, f32x4.mul(b, b));
    x2 = f32x4.add(x2, f32x4.mul(c, c));
    x3 = f32x4.add(x3, f32x4.mul(d, d));
  }
  const sum = f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3));
  return (
    <f64>f32x4.extract_lane(sum, 0) +
    <f64>f32x4.extract_lane(sum, 1) +
    <f64>f32x4.extract_lane(sum, 2) +
    <f64>f32x4.extract_lane(sum, 3)
  );
}

/**
 * AdamW (Loshchilov and Hutter, 2019) on `count` floats (a multiple of 8), and their moving average.
 * @param gradientScale what the clip multiplies the gradient by
 * @param shrink 1 - rate * weight decay
 * @param stepSize rate / (1 - beta1^step)
 * @param rootScale 1 / sqrt(1 - beta2^step)
 */
export function adamW(
  weights: Address,
  averaged: Address,
  gradients: Address,
  first: Address,
  second: Address,
  count: Floats,
  gradientScale: f32,
  shrink: f32,
  beta1: f32,
  beta2: f32,
  stepSize: f32,
  rootScale: f32,
  epsilon: f32,
  averageDecay: f32,
): void {
  const scale = f32x4.splat(gradientScale);
  const b1 = f32x4.splat(beta1),
    rest1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2),
    rest2 = f32x4.splat(1 - beta2);
  const decay = f32x4.splat(averageDecay),
    rest = f32x4.splat(1 - averageDecay);
  const shrinks = f32x4.splat(shrink),
    step = f32x4.splat(stepSize);
  const roots = f32x4.splat(rootScale),
    tiny = f32x4.splat(epsilon);
  const size = floats(count);
  for (let at: usize = 0; at < size; at += HALF_LINE) {
    const g0 = f32x4.mul(v128.load(gradients + at), scale);
    const g1 = f32x4.mul(v128.load(gradients + at, 16), scale);
    const m0 = f32x4.add(f32x4.mul(v128.load(first + at), b1), f32x4.mul(g0, rest1));
    const m1 = f32x4.add(f32x4.mul(v128.load(first + at, 16), b1), f32x4.mul(g1, rest1));
    const v0 = f32x4.add(f32x4.mul(v128.load(second + at), b2), f32x4.mul(f32x4.mul(g0, g0), rest2));
    const v1 = f32x4.add(f32x4.mul(v128.load(second + at, 16), b2), f32x4.mul(f32x4.mul(g1, g1), rest2));
    const root0 = f32x4.add(f32x4.mul(f32x4.sqrt(v0), roots), tiny);
    const root1 = f32x4.add(f32x4.mul(f32x4.sqrt(v1), roots), tiny);
    const w0 = f32x4.sub(f32x4.mul(v128.load(weights + at), shrinks), f32x4.mul(step, f32x4.div(m0, root0)));
    const w1 = f32x4.sub(f32x4.mul(v128.load(weights + at, 16), shrinks), f32x4.mul(step, f32x4.div(m1, root1)));
    const a0 = f32x4.add(f32x4.mul(v128.load(averaged + at), decay), f32x4.mul(w0, rest));
    const a1 = f32x4.add(f32x4.mul(v128.load(averaged + at, 16), decay), f32x4.mul(w1, rest));
    storePair(first + at, m0, m1);
    storePair(second + at, v0, v1);
    storePair(weights + at, w0, w1);
    storePair(averaged + at, a0, a1);
  }
}
