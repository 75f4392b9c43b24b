import fc from 'fast-check';
import assert from 'node:assert/strict';
import { horizontalRange, lossCurves, nearest, verticalRange } from '../../../../src/panel/charts/curves';
import { smooth } from '../../../../src/panel/charts/smoothing';
import { evaluationAt, progressAt, runWith, started } from '../runs';

const view = { axis: 'time', unit: 'nats', smoothing: 0, hidden: [] } as const;

describe('the curves of the loss chart', () => {
  it('draws both losses per character, in the unit asked for', () => {
    const evaluation = { ...evaluationAt(10, 1.2), validation: 3.6 };
    const run = runWith({ progress: [progressAt(10, 3)], evaluations: [evaluation] });
    const curves = lossCurves(run, [], view);
    assert.ok(Math.abs((curves.training.y[0] ?? 0) - 1) < 1e-12, 'three characters a token');
    assert.deepEqual(curves.validation, { x: [10], y: [1.2] });
    assert.deepEqual(lossCurves(run, [], { ...view, unit: 'bits' }).validation.y, [1.2 / Math.LN2]);
    assert.deepEqual(lossCurves(run, [], { ...view, unit: 'perplexity' }).validation.y, [Math.exp(1.2)]);
  });

  it('waits with the training loss of longer tokens until their length is known', () => {
    const run = runWith({ started: { ...started, tokenizer: 'bpe' }, progress: [progressAt(1)] });
    assert.deepEqual(lossCurves(run, [], view).training.x, []);
  });

  it('lets what was retraced after a crash replace what was there', () => {
    const progress = [progressAt(1, 5), progressAt(2, 4), progressAt(3, 9), progressAt(2, 3), progressAt(4, 2)];
    assert.deepEqual(lossCurves(runWith({ progress }), [], view).training, { x: [1, 2, 4], y: [5, 3, 2] });
  });

  it('leaves out what is hidden, and earlier runs where there is no clock', () => {
    const run = runWith({ progress: [progressAt(1)], evaluations: [evaluationAt(1, 2)] });
    const earlier = [{ name: 'old', folder: '/old', curve: [[1, 2] as const] }];
    const hidden = lossCurves(run, earlier, { ...view, hidden: ['training', 'validation', 'earlier'] });
    assert.deepEqual([hidden.training.x, hidden.validation.x, hidden.best, hidden.earlier], [[], [], null, []]);
    assert.equal(lossCurves(run, earlier, { ...view, axis: 'steps' }).earlier.length, 0);
    assert.equal(lossCurves(run, earlier, view).earlier.length, 1);
  });

  it('keeps every score inside the chart once the steep start is past', () => {
    const seconds = Array.from({ length: 100 }, (_, index) => index + 1);
    const run = runWith({
      progress: seconds.map((second) => progressAt(second, 1.5 + 3 * Math.exp(-second))),
      evaluations: seconds.filter((second) => second % 10 === 0).map((second) => evaluationAt(second, 1 + 5 / second)),
    });
    for (const scale of ['linear', 'log'] as const) {
      const curves = lossCurves(run, [], view);
      const [low, high] = verticalRange(curves, horizontalRange(curves), scale);
      assert.ok(low < 1.05 && low > 0 && high > 1.5 && high < 2, `${low} to ${high}`);
    }
  });

  it('finds the nearest point', () => {
    const line = { x: [1, 2, 4, 8], y: [0, 0, 0, 0] };
    for (const [place, index] of [
      [-5, 0],
      [1.4, 0],
      [1.6, 1],
      [5, 2],
      [100, 3],
    ] as const) {
      assert.equal(nearest(line, place), index);
    }
    assert.equal(nearest({ x: [], y: [] }, 1), null);
  });
});

describe('smoothing', () => {
  const points = fc.array(
    fc.tuple(fc.double({ min: 0.01, max: 10, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true })),
    {
      minLength: 1,
      maxLength: 60,
    },
  );

  it('leaves the curve alone at zero, stays within it, and holds a level line level', () => {
    fc.assert(
      fc.property(points, fc.double({ min: 0.01, max: 1, noNaN: true }), (steps, amount) => {
        let at = 0;
        const x = steps.map(([step]) => (at += step));
        const y = steps.map(([, value]) => value);
        assert.equal(smooth(x, y, 0), y);
        const [low, high] = [Math.min(...y) - 1e-9, Math.max(...y) + 1e-9];
        assert.ok(smooth(x, y, amount).every((value) => value >= low && value <= high));
        assert.ok(smooth(x, y.fill(3), amount).every((value) => Math.abs(value - 3) < 1e-9));
      }),
    );
  });

  it('does not lag: a straight line stays straight in its middle', () => {
    const x = Array.from({ length: 201 }, (_, index) => index);
    const smoothed = smooth(x, x, 0.3);
    assert.ok(Math.abs((smoothed[100] ?? 0) - 100) < 1e-6);
  });
});
