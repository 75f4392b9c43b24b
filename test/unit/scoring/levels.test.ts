import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { colorOf } from '../../../src/extension/surprise/colors';
import { hoverText, legend } from '../../../src/extension/surprise/surpriseHover';
import { levelOf, levels, mostSurprising, runsIn } from '../../../src/scoring/surpriseLevels';

/** Background and text of an editor in the themes that the editor ships. */
const themes = {
  dark: { background: '#1f1f1f', text: '#cccccc', contrast: 4.5 },
  light: { background: '#ffffff', text: '#3b3b3b', contrast: 4.5 },
  highContrast: { background: '#000000', text: '#ffffff', contrast: 7 },
  highContrastLight: { background: '#ffffff', text: '#292929', contrast: 7 },
} as const;

type Theme = keyof typeof themes;

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { colors: readonly { id: string; defaults: Record<Theme, string> }[] };
};

/** Red, green, blue and opacity, each from 0 to 1. */
function channels(hex: string): readonly number[] {
  return [1, 3, 5, 7].map((at) => parseInt(hex.slice(at, at + 2) || 'ff', 16) / 255);
}

/** A colour laid over an opaque one. */
function over(color: string, background: string): readonly number[] {
  const [alpha = 1] = channels(color).slice(3);
  const below = channels(background);
  return channels(color)
    .slice(0, 3)
    .map((value, i) => alpha * value + (1 - alpha) * below[i]!);
}

/** Relative luminance, as the Web Content Accessibility Guidelines define it. */
function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('levels of surprise', () => {
  it('have a colour each, on which text can be read in every kind of theme', () => {
    for (const { name } of levels) {
      const color = contributes.colors.find(({ id }) => id === colorOf(name));
      assert.ok(color, name);
      for (const [theme, { background, text, contrast: least }] of Object.entries(themes)) {
        const ratio = contrast(over(color.defaults[theme as Theme], background), over(text, background));
        assert.ok(ratio >= least, `${name} in ${theme}: ${ratio.toFixed(2)}`);
      }
    }
  });

  it('stand out from the background, each from the one before it', () => {
    for (const [theme, { background }] of Object.entries(themes)) {
      const colors = levels.map(({ name }) => contributes.colors.find(({ id }) => id === colorOf(name))!.defaults);
      const shades = [over(background, background), ...colors.map((color) => over(color[theme as Theme], background))];
      for (let i = 1; i < shades.length; i++) {
        const distance = Math.hypot(...shades[i]!.map((value, channel) => value - shades[i - 1]![channel]!));
        assert.ok(distance > 0.08, `${theme}, level ${i}: ${distance.toFixed(3)}`);
      }
    }
  });

  it('begin at the bits that they say', () => {
    assert.deepEqual([0, 3.99, 4, 6, 8, 10.9, 11, 40, NaN].map(levelOf), [-1, -1, 0, 1, 2, 2, 3, 3, -1]);
  });

  it('come as runs, without what is expected or not known', () => {
    const runs = runsIn(Float32Array.of(1, 5, 5, 9, NaN, 5, 12, 12), 0, 8);
    assert.deepEqual(runs, [
      { start: 1, end: 3, level: 0 },
      { start: 3, end: 4, level: 2 },
      { start: 5, end: 6, level: 0 },
      { start: 6, end: 8, level: 3 },
    ]);
    assert.deepEqual(runsIn(Float32Array.of(5, 5, 5), 1, 2), [{ start: 1, end: 2, level: 0 }]);
  });

  it('rank the places of a text, one a word', () => {
    const text = 'ab cde f\ngh';
    const bits = Float32Array.of(5, 7, 1, 4, 9, 12, 3, 2, 1, 6, NaN);
    assert.deepEqual(mostSurprising(bits, text, 10), [
      { offset: 5, bits: 12 },
      { offset: 1, bits: 7 },
      { offset: 9, bits: 6 },
    ]);
    assert.equal(mostSurprising(bits, text, 2).length, 2);
  });
});

describe('the hover over a surprising place', () => {
  it('says the bits, the odds and what was expected, with blanks made visible', () => {
    const text = hoverText('x', 7.3, [
      { text: ' ', probability: 0.4 },
      { text: '\n', probability: 0.0712 },
      { text: '`', probability: 0.0001 },
    ]);
    assert.equal(text, '**7.3 bits** for `x` · 1 in 158\n\nExpected: `␣` 40% · `⏎` 7.1% · `` ` `` <0.1%');
    assert.match(hoverText('x', 30, []), /more than a million$/);
    assert.equal(hoverText('x', 0.2, []), '**0.2 bits** for `x`');
  });

  it('has a legend of every level in its own colour', () => {
    for (const { name, label } of levels) {
      assert.ok(legend().includes(`background-color:var(--vscode-textloom-surprise-${name});`));
      assert.ok(legend().includes(label));
    }
  });
});
