import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '../../../src/model/architecture';
import {
  encodeSafetensors,
  readSafetensors,
  readSafetensorsOutline,
  SafetensorsError,
  type SafetensorsFault,
} from '../../../src/model/safetensors';

describe('safetensors', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'textloom-safetensors-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const written = (bytes: Uint8Array): string => {
    const path = join(folder, 'file.safetensors');
    writeFileSync(path, bytes);
    return path;
  };

  it('gives back what was written', async () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !['__metadata__', '__proto__'].includes(text));
    const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
        minLength: count,
        maxLength: count,
      });
      return numbers.map((data): Tensor => ({ shape, data: Float32Array.from(data) }));
    });
    const metadata = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, tensor)), metadata, async (pairs, metadata) => {
        const tensors = new Map(pairs.filter(([key]) => !reservedKeys.includes(key)));
        const path = written(Buffer.concat(encodeSafetensors({ tensors, metadata })));
        const read = await readSafetensors(path);
        assert.deepEqual(new Map([...read.tensors].sort()), new Map([...tensors].sort()));
        assert.deepEqual((await readSafetensorsOutline(path)).metadata, read.metadata);
        for (const [key, value] of Object.entries(metadata)) {
          if (!reservedKeys.includes(key)) assert.equal(read.metadata[key], value);
        }
      }),
      { numRuns: 60 },
    );
  });

  const header = (content: string, data = new Uint8Array()): Uint8Array => {
    const json = Buffer.from(content);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, data]);
  };
  const one = (offsets: string, shape = '[1]', dtype = 'F32') =>
    `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;
  const four = new Uint8Array(4);
  const huge = Buffer.alloc(8);
  huge.writeBigUInt64LE(2n ** 63n);

  const hostile: readonly (readonly [string, Uint8Array, SafetensorsFault])[] = [
    ['an empty file', new Uint8Array(), 'truncated'],
    ['a file of seven bytes', new Uint8Array(7), 'truncated'],
    ['a header longer than the cap', huge, 'header too large'],
    ['a header longer than the file', header('{}').subarray(0, 9), 'truncated'],
    ['a header that is not JSON', header('{"a":'), 'header not readable'],
    [
      'a header that is not UTF-8',
      Buffer.concat([header('').fill(1, 0, 1), Buffer.from([0xff])]),
      'header not readable',
    ],
    ['a header that is a list', header('[]'), 'header not readable'],
    ['a header that is null', header('null'), 'header not readable'],
    ['a tensor that is a number', header('{"a":1}'), 'header not readable'],
    [
      'a tensor with an unknown field',
      header('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', four),
      'header not readable',
    ],
    ['a negative size', header(one('[0,4]', '[-1]'), four), 'header not readable'],
    ['a size that is no whole number', header(one('[0,4]', '[1.5]'), four), 'header not readable'],
    ['a size past what is exact', header(one('[0,4]', '[9007199254740993]'), four), 'header not readable'],
    ['sizes whose product overflows', header(one('[0,4]', '[9007199254740991,9007199254740991]'), four), 'size'],
    ['metadata that is not text', header('{"__metadata__":{"a":1}}'), 'header not readable'],
    ['metadata that is a list', header('{"__metadata__":[1]}'), 'header not readable'],
    ['another type', header(one('[0,4]', '[1]', 'I32'), four), 'type'],
    ['offsets that run backwards', header(one('[4,0]'), four), 'size'],
    ['a shape that the data does not fill', header(one('[0,4]', '[2]'), four), 'size'],
    ['a hole before the first tensor', header(one('[4,8]'), new Uint8Array(8)), 'offsets'],
    [
      'tensors that overlap',
      header(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        four,
      ),
      'offsets',
    ],
    ['data that is cut off', header(one('[0,4]'), four.subarray(0, 3)), 'truncated'],
    ['bytes after the last tensor', header(one('[0,4]'), new Uint8Array(5)), 'trailing bytes'],
    ['a value that is not a number', header(one('[0,4]'), new Uint8Array(Float32Array.of(NaN).buffer)), 'not finite'],
    ['a value that is infinite', header(one('[0,4]'), new Uint8Array(Float32Array.of(-Infinity).buffer)), 'not finite'],
  ];
  for (const [what, bytes, fault] of hostile) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(readSafetensors(written(bytes)), (error) => {
        assert.ok(error instanceof SafetensorsError, String(error));
        assert.equal(error.fault, fault);
        return true;
      });
    });
  }

  it('never fails in another way, whatever the bytes', async () => {
    const valid = Buffer.concat(
      encodeSafetensors({
        tensors: new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]),
        metadata: { b: 'c' },
      }),
    );
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(valid.length), async (changes, length) => {
        const bytes = Buffer.from(valid);
        for (const [place, value] of changes) bytes[place] = value;
        await readSafetensors(written(bytes.subarray(0, length))).catch((error: unknown) => {
          assert.ok(error instanceof SafetensorsError, String(error));
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** JavaScript's own names, which valibot's records leave out. */
const reservedKeys = ['__metadata__', '__proto__', 'prototype', 'constructor'];
