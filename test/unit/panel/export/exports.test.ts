import assert from 'node:assert/strict';
import { lossCurves } from '../../../../src/panel/charts/curves';
import { metricsCsv } from '../../../../src/panel/export/csv';
import { chartPicture } from '../../../../src/panel/export/picture';
import { pictureToSvg } from '../../../../src/panel/export/svg';
import { evaluationAt, progressAt, runWith } from '../runs';

const theme = {
  foreground: '#111',
  muted: '#777',
  grid: '#eee',
  background: '#fff',
  training: '#b80',
  validation: '#08f',
  baseline: '#080',
  earlier: '#808',
  font: '"Segoe UI", sans-serif',
};

describe('what can be taken out of the panel', () => {
  it('is a table with every number, in the order of time', () => {
    const run = runWith({ progress: [progressAt(1, 2.5), progressAt(3, 2)], evaluations: [evaluationAt(2, 2.25)] });
    const [header, ...rows] = metricsCsv(run).trimEnd().split('\n');
    assert.equal(
      header,
      'kind,step,seconds,tokens,training_loss,validation_loss,validation_nats_per_character,gradient_norm,learning_rate,tokens_per_second,best',
    );
    assert.deepEqual(rows, [
      'progress,10,1,10000,2.5,,,0.5,0.006,10000,',
      'evaluation,20,2,20000,2.25,2.25,2.25,,0.006,10000,true',
      'progress,30,3,30000,2,,,0.5,0.006,10000,',
    ]);
  });

  it('is a chart with its lines inside its frame and its text escaped', () => {
    const run = runWith({
      progress: Array.from({ length: 50 }, (_, index) => progressAt(index + 1, 1 + 3 / (index + 1))),
      evaluations: [evaluationAt(10, 2), evaluationAt(20, 1.5), evaluationAt(40, 1.25)],
      baseline: { type: 'baseline', order: 5, natsPerCharacter: 1.75 },
      notes: [{ type: 'note', kind: 'paused', message: 'Paused.', step: 300, seconds: 30 }],
    });
    const curves = lossCurves(run, [], { axis: 'time', unit: 'nats', smoothing: 0.3, hidden: [] });
    const preferences = { axis: 'time', unit: 'nats', scale: 'log' } as const;
    const picture = chartPicture({ title: 'R&D <1> "x"', curves, zoom: null, preferences, theme });
    for (const shape of picture.shapes) {
      if (shape.kind === 'stroke' && shape.clipped) continue;
      const points = shape.kind === 'stroke' ? shape.points : [[shape.x, shape.y] as const];
      for (const [x, y] of points) assert.ok(x >= 0 && x <= picture.width && y >= 0 && y <= picture.height);
    }
    const validation = picture.shapes.find(
      (shape) => shape.kind === 'stroke' && shape.colour === theme.validation && shape.points.length === 3,
    );
    assert.ok(validation, 'all three scores are on the line');
    const strokes = picture.shapes.filter((shape) => shape.kind === 'stroke' && shape.clipped);
    const places = (colour: string) =>
      strokes.flatMap((shape) => (shape.kind === 'stroke' && shape.colour === colour ? [shape.points] : []));
    const [note] = places(theme.muted);
    assert.ok(note?.length === 2 && note[0]![0] === note[1]![0], 'an upright line where something happened');
    const ring = places(theme.validation).find((points) => points.length > 20)!;
    const best = validation.kind === 'stroke' ? validation.points[2]! : assert.fail();
    for (const [x, y] of ring)
      assert.ok(Math.abs(Math.hypot(x - best[0], y - best[1]) - 5) < 1e-6, 'a ring about the best');
    const svg = pictureToSvg(picture);
    assert.match(svg, />R&#38;D &#60;1&#62; &#34;x&#34;<\/text>/);
    assert.match(svg, />5-gram baseline<\/text>/);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });
});
