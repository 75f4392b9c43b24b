import assert from 'node:assert/strict';
import { DuplicateFinder } from '../../../../src/corpus/survey/duplicates';
import { licenceHeader } from '../../../../src/corpus/survey/machineMade';
import { SignatureBuilder, similarity } from '../../../../src/corpus/survey/signature';
import { summarize, surveyCorpus } from '../../../../src/corpus/survey/survey';
import { prose, sourceOf, verdictsIn } from '../sources';
import { folderWith } from '../temporaryFolder';

function signatureOf(...pieces: string[]): Uint32Array {
  const builder = new SignatureBuilder();
  for (const piece of pieces) builder.add(piece);
  const signature = builder.finish();
  assert.ok(signature);
  return signature;
}

/** Lines that share no shingle with those of another seed. */
function lines(count: number, seed: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `${seed}-${i}-${(Math.imul(i + 1, 2654435761) ^ (seed * 7919)) >>> 0} abcdefg`,
  );
}

describe('signatures of texts', () => {
  it('estimate how much two texts share', () => {
    const shared = lines(400, 1);
    for (const share of [0, 0.5, 0.8, 0.95, 1]) {
      const common = shared.slice(0, Math.round(400 * share));
      const others = 400 - common.length;
      const a = signatureOf([...common, ...lines(others, 2)].join('\n'));
      const b = signatureOf([...common, ...lines(others, 3)].join('\n'));
      const jaccard = share / (2 - share);
      assert.ok(Math.abs(similarity(a, b) - jaccard) < 0.2, `${share}: ${similarity(a, b)} for ${jaccard}`);
    }
  });

  it('are the same however the text comes in pieces, is spaced or capitalised', () => {
    const text = prose(5000);
    const signature = signatureOf(text);
    assert.deepEqual(signatureOf(text.slice(0, 1234), text.slice(1234)), signature);
    assert.deepEqual(signatureOf(text.replaceAll(' ', '\n   ').toUpperCase()), signature);
  });

  it('are not made of short texts', () => {
    const builder = new SignatureBuilder();
    builder.add(prose(250));
    assert.equal(builder.finish(), null);
  });
});

describe('DuplicateFinder', () => {
  const document = (text: string, hash: string) => ({ hash, signature: signatureOf(text), characters: text.length });

  it('finds nearly all copies with a line in twenty changed, and takes nothing else for one', () => {
    const finder = new DuplicateFinder();
    let found = 0;
    for (let seed = 0; seed < 100; seed++) {
      const original = lines(200, seed);
      const edited = original.map((line, i) => (i % 20 === 7 ? `changed ${seed} ${i}` : line));
      assert.equal(finder.check(document(original.join('\n'), `${seed}`)), null);
      if (finder.check(document(edited.join('\n'), `${seed}e`)) === 'near duplicate') found++;
    }
    assert.ok(found >= 90, `${found} of 100`);
  });

  /** A log of few phrases: any two have nearly all short shingles in common. */
  function log(seed: number, count = 1000): string[] {
    let state = seed + 1;
    const draw = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 16) % below;
    };
    const levels = ['info', 'warning', 'error'];
    const events = ['opened the door', 'closed the door', 'lit the lamp', 'left the house', 'came back'];
    return Array.from({ length: count }, () => `${levels[draw(3)]!}: the keeper ${events[draw(5)]!}`);
  }

  it('keeps logs and tables apart that are made of the same few phrases', () => {
    const finder = new DuplicateFinder();
    for (let seed = 0; seed < 30; seed++) {
      assert.equal(finder.check(document(log(seed).join('\n'), `${seed}`)), null, `log ${seed}`);
      assert.equal(finder.check(document(prose(25_000, seed), `prose ${seed}`)), null, `prose ${seed}`);
    }
  });

  it('finds copies of such a log with a line in twenty changed', () => {
    const finder = new DuplicateFinder();
    let found = 0;
    for (let seed = 0; seed < 30; seed++) {
      const original = log(seed);
      const edited = original.map((line, i) => (i % 20 === 7 ? `${line}, said the ${i % 3}rd witness` : line));
      finder.check(document(original.join('\n'), `${seed}`));
      if (finder.check(document(edited.join('\n'), `${seed}e`)) === 'near duplicate') found++;
    }
    assert.ok(found >= 24, `${found} of 30`);
  });

  it('does not take a long text for its beginning', () => {
    const finder = new DuplicateFinder();
    const start = `${'0123456789'.repeat(5)}${prose(110_000)}`;
    assert.equal(finder.check(document(start, 'a')), null);
    assert.equal(finder.check(document(start + prose(100_000, 9), 'b')), null);
  });
});

describe('copies among files', () => {
  it('are left out, the first in order stays', async () => {
    const text = lines(100, 1).join('\n');
    const root = folderWith({
      'a.md': text,
      'b.md': text,
      'c.md': text.replace('abcdefg', 'ABC DEFG').replaceAll('\n', '\r\n'),
      'd.md': lines(100, 2).join('\n'),
    });
    assert.deepEqual(await verdictsIn(root), {
      'a.md': 'included',
      'b.md': 'duplicate',
      'c.md': 'near duplicate',
      'd.md': 'included',
    });
  });
});

describe('licence headers', () => {
  it('are the comments at the start that speak of rights', () => {
    const header = '/*\n * Copyright (c) 2020 Someone\n * Licensed under MIT\n */\n\n';
    assert.equal(licenceHeader(`${header}const a = 1;\n`), header);
    assert.equal(
      licenceHeader('// SPDX-License-Identifier: MIT\n// second line\nlet a;\n'),
      '// SPDX-License-Identifier: MIT\n// second line\n',
    );
    assert.equal(licenceHeader('#!/bin/sh\n# Copyright 2020\n\necho\n'), '#!/bin/sh\n# Copyright 2020\n\n');
    assert.equal(licenceHeader('<!-- Licence: CC0 -->\n<p>'), '<!-- Licence: CC0 -->\n');
    assert.equal(licenceHeader('// Adds two numbers.\nconst copyright = 1;\n'), '');
    assert.equal(licenceHeader('const a = 1; // Copyright\n'), '');
    assert.equal(licenceHeader('//'.repeat(50_000)), '');
  });

  it('are counted once in a corpus', async () => {
    const header = '// Copyright 2020 Someone\n// All rights reserved.\n';
    const root = folderWith({ 'a.ts': `${header}let a;\n`, 'b.ts': `${header}let b;\n`, 'c.md': `${header}let c;\n` });
    const summary = summarize(await surveyCorpus(sourceOf(root)));
    assert.equal(summary.characters, 2 * header.length + 3 * 'let a;\n'.length);
  });
});
