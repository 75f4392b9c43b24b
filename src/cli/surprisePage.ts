import { levelOf, levels } from '../scoring/surpriseLevels';

/** A text and how surprising it is. */
export interface SurprisePage {
  readonly title: string;
  /** Name of the model. */
  readonly model: string;
  readonly text: string;
  /** Bits of the character that each code unit of the text belongs to. */
  readonly bits: Float32Array;
  /** Bits per character. */
  readonly mean: number;
}

/** The text as a page of its own, in colours that tell how surprising each character is, with a legend. */
export function surprisePage({ title, model, text, bits, mean }: SurprisePage): string {
  const legend = levels.map(({ label, from }, level) => `<mark class="s${level}">${label}, from ${from} bits</mark>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: surprise</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 Georgia, serif; }
header { font: 14px/1.5 system-ui, sans-serif; margin-bottom: 2rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
mark { color: inherit; border-radius: 2px; }
header mark { padding: 0 0.4em; margin-right: 0.5em; }
.s0 { background: light-dark(#ffe58f80, #d7ba2c38); }
.s1 { background: light-dark(#ffc06980, #e07b2b66); }
.s2 { background: light-dark(#ff9c6e99, #e8452f80); }
.s3 { background: light-dark(#f77fb0b3, #d6307f80); }
</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>As <strong>${escapeHtml(model)}</strong> finds it: ${mean.toFixed(2)} bits per character.</p>
<p>${legend.join('\n')}</p>
</header>
<pre>${coloured(text, bits)}</pre>
</body>
</html>`;
}

/** The text with each run of a level marked; resting on one tells its bits. */
function coloured(text: string, bits: Float32Array): string {
  let page = '';
  let run = '';
  let runLevel = -1;
  let runBits: string[] = [];
  const close = (): void => {
    const title = `${runBits.join(', ')} bits`;
    page += runLevel < 0 ? escapeHtml(run) : `<mark class="s${runLevel}" title="${title}">${escapeHtml(run)}</mark>`;
    run = '';
    runBits = [];
  };
  let place = 0;
  for (const character of text) {
    const cost = bits[place] ?? 0;
    place += character.length;
    const level = levelOf(cost);
    if (level !== runLevel) close();
    runLevel = level;
    run += character;
    if (level >= 0) runBits.push(cost.toFixed(1));
  }
  close();
  return page;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
