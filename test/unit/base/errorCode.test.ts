import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../src/base/errorCode';
import { CorpusError } from '../../../src/corpus/corpus';
import { StorageError } from '../../../src/model/disk';
import { ModelError, type ModelFault } from '../../../src/model/modelError';
import { errorCodes } from '../../../src/protocol/background';

const modelFaults: Readonly<Record<ModelFault, true>> = {
  missing: true,
  newer: true,
  damaged: true,
  'no weights': true,
};
const storageFaults: Readonly<Record<StorageError['fault'], true>> = {
  full: true,
  denied: true,
  missing: true,
  failed: true,
};
const corpusReasons: Readonly<Record<CorpusError['reason'], true>> = {
  empty: true,
  'too small': true,
  unreadable: true,
  missing: true,
};

describe('codes of errors', () => {
  const manual = readFileSync(join('docs', 'errors.md'), 'utf8');

  it('are stable, and tell class and fault', () => {
    assert.equal(errorCode(new ModelError('no weights', 'x')), 'model/no-weights');
    assert.equal(errorCode(new StorageError('full', 'x')), 'storage/full');
    assert.equal(errorCode(new CorpusError('too small', 'x')), 'corpus/too-small');
    assert.equal(errorCode(new TypeError('x')), 'type');
    assert.equal(errorCode(Object.assign(new Error('x'), { reason: '/home/somebody' })), 'error');
    assert.equal(errorCode('x'), 'unknown');
  });

  it('are in the manual, every one', () => {
    const codes = [
      ...Object.keys(modelFaults).map((fault) => `model/${fault}`),
      ...Object.keys(storageFaults).map((fault) => `storage/${fault}`),
      ...Object.keys(corpusReasons).map((reason) => `corpus/${reason}`),
    ];
    for (const code of codes) assert.ok(manual.includes(`\`${code.replaceAll(' ', '-')}\``), code);
    for (const [name, number] of Object.entries(errorCodes)) {
      if (name !== 'cancelled') assert.ok(manual.includes(String(number)), name);
    }
    const classes = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        Array.from(readFileSync(join('src', file), 'utf8').matchAll(/override readonly name = '(\w+)'/g)),
      )
      .map(([, name]) => name!);
    assert.ok(classes.length > 15);
    for (const name of classes) {
      const own = Object.assign(new Error('x'), { name });
      const code = errorCode(own);
      assert.ok(
        manual.includes(`\`${code}\``) || manual.includes(`\`${code}/`),
        `${name}: ${code} is not in docs/errors.md`,
      );
    }
  });
});
