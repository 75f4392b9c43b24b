import { afterEach, beforeEach } from 'mocha';
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import type { Tokenizer } from '../../../src/corpus/tokenizers/tokenizer';
import { placeSize } from '../../../src/memory/contexts';
import { Memory } from '../../../src/memory/memory';
import { isSoundMemory, memoryFile, readMemory, saveMemory } from '../../../src/memory/memoryFile';
import { Mixture } from '../../../src/memory/mixture';
import { Random } from '../../../src/model/model';
import { sealHeaded } from '../../../src/model/checksum';
import { characters, tokenizers } from '../generation/smallTokenizers';
import { whileOpeningFails } from './openingFails';

function memoryOf(tokenizer: Tokenizer, length = 400): Memory {
  const memory = new Memory(tokenizer);
  const random = Random.seeded(3, 'text');
  memory.learn(Uint16Array.from({ length }, () => Math.floor(random.uniform() ** 2 * tokenizer.vocabularySize)));
  memory.along.weights[5] = 0.25;
  memory.frozen.corrections[7] = -0.5;
  return memory;
}

/** What a memory says at a number of places. */
function saidBy(memory: Memory, places = 25): Float32Array[] {
  const mixture = new Mixture(memory.tree, memory.contexts);
  const place = new Float32Array(placeSize);
  const random = Random.seeded(8, 'places');
  const size = memory.tree.leaves.length;
  return Array.from({ length: places }, () => {
    memory.contexts.advance(place, Math.floor(random.uniform() ** 2 * size));
    memory.contexts.read(place);
    const logits = new Float32Array(size);
    mixture.mix(logits, memory.frozen, memory.corpus, null);
    return logits;
  });
}

function swap(bytes: Buffer, one: number, other: number): void {
  const number = bytes.readUInt32LE(one);
  bytes.writeUInt32LE(bytes.readUInt32LE(other), one);
  bytes.writeUInt32LE(number, other);
}

interface Head {
  [name: string]: unknown;
  tokens: number;
  contexts: number;
  lists: number;
}

describe('a memory in a file', function () {
  this.timeout(300_000); // Beside others, 20,000 files take their time.
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-memory-'));
    path = join(folder, memoryFile);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function partsOf(content: Buffer): { readonly head: Head; readonly numbers: Buffer } {
    const end = content.indexOf('\n');
    return { head: JSON.parse(content.toString('utf8', 0, end)) as Head, numbers: content.subarray(end + 1) };
  }
  /** Writes a file whose checksum is right, whatever is in it. */
  function write(head: Head, numbers: Buffer): void {
    const own = Object.entries(head).filter(([name]) => !['checksum', 'content'].includes(name));
    writeFileSync(path, Buffer.concat(sealHeaded(JSON.stringify(Object.fromEntries(own)), [numbers])));
  }

  it('is the same again for each tokeniser, and goes on like it', async () => {
    for (const tokenizer of tokenizers) {
      const memory = memoryOf(tokenizer, 3000);
      await saveMemory(folder, memory);
      const again = await readMemory(folder, tokenizer);
      assert.ok(again !== null);
      const plain = ({ parts: { tokens, corpus, along, frozen } }: Memory) => [
        ...[tokens, corpus.keys, corpus.values, corpus.lists].map((numbers) => Array.from(numbers)),
        ...[along, frozen].flatMap((mixer) => [Array.from(mixer.weights), Array.from(mixer.corrections)]),
      ];
      assert.deepEqual(plain(again), plain(memory));
      assert.deepEqual(saidBy(again), saidBy(memory));
      assert.equal(await isSoundMemory(folder, { tokenizer: tokenizer.description }), true);
      assert.deepEqual(readdirSync(folder), [memoryFile]);
    }
  });

  it('is none where there is no file, no regular one, or one that is too long', async () => {
    assert.equal(await readMemory(folder, characters), null);
    mkdirSync(path);
    assert.equal(await readMemory(folder, characters), null);
    rmSync(path, { recursive: true });
    await saveMemory(folder, memoryOf(characters));
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, readFileSync(path));
    rmSync(path);
    if (process.platform !== 'win32') {
      symlinkSync(elsewhere, path);
      assert.equal(await readMemory(folder, characters), null);
      rmSync(path);
    }
    writeFileSync(path, readFileSync(elsewhere));
    truncateSync(path, 2 ** 33);
    assert.equal(await readMemory(folder, characters), null);
  });

  it('is not taken for none where it cannot be read, which may pass', async () => {
    await saveMemory(folder, memoryOf(characters));
    const fails = async (place: string) => {
      const failure = { name: 'StorageError', message: /^[^\n]*memory\.bin could not be read: E/ };
      await assert.rejects(readMemory(place, characters), failure);
      await assert.rejects(isSoundMemory(place, { tokenizer: characters.description }), failure);
    };
    for (const code of ['EBUSY', 'EACCES', 'EMFILE', 'EIO']) await whileOpeningFails(code, () => fails(folder));
    assert.ok((await readMemory(folder, characters)) !== null);
    // A file where the folder should be. Windows says of it that nothing is there.
    if (process.platform !== 'win32') await fails(path);
  });

  it('is none of another tokeniser, even one of the same kind with as many tokens', async () => {
    for (const tokenizer of tokenizers) {
      await saveMemory(folder, memoryOf(tokenizer));
      for (const other of tokenizers) assert.equal((await readMemory(folder, other)) !== null, other === tokenizer);
    }
    await saveMemory(folder, memoryOf(characters));
    const others = new CharTokenizer({ kind: 'char', symbols: Array.from('xyz \n😀') });
    assert.equal(others.vocabularySize, characters.vocabularySize);
    assert.equal(await readMemory(folder, others), null);
    assert.equal(await isSoundMemory(folder, { tokenizer: others.description }), false);
  });

  it('is refused where its head claims what cannot be, and no room is made for that', async () => {
    await saveMemory(folder, memoryOf(characters));
    const { head, numbers } = partsOf(readFileSync(path));
    const before = process.memoryUsage().arrayBuffers;
    for (const name of ['tokens', 'contexts', 'lists', 'corrections', 'weights', 'formatVersion']) {
      for (const claimed of [-1, 0.5, 0, 1, 2 ** 26, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e308, null, '7', [], {}]) {
        if (claimed === head[name]) continue;
        write({ ...head, [name]: claimed }, numbers);
        assert.equal(await readMemory(folder, characters), null, `${name} ${JSON.stringify(claimed)}`);
      }
      write(Object.fromEntries(Object.entries(head).filter(([each]) => each !== name)) as Head, numbers);
      assert.equal(await readMemory(folder, characters), null, `no ${name}`);
    }
    // Numbers that add up to the right length, but stand for something else.
    for (let moved = -40; moved <= 40; moved++) {
      if (moved === 0) continue;
      write({ ...head, contexts: head.contexts + moved, lists: head.lists - 2 * moved }, numbers);
      assert.equal(await readMemory(folder, characters), null, `${moved} contexts more`);
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 26);
  });

  it('is refused where lists overlap, leave gaps or lead out, or a weight is beyond all reason', async () => {
    await saveMemory(folder, memoryOf(characters));
    const { head, numbers } = partsOf(readFileSync(path));
    const [values, lists, floats] = [
      4 * (head.tokens + head.contexts),
      4 * (head.tokens + 2 * head.contexts),
      4 * (head.tokens + 2 * head.contexts + head.lists),
    ];
    const listed = Array.from({ length: head.contexts }, (_, i) => values + 4 * i).filter(
      (at) => numbers.readUInt32LE(at) & 1,
    );
    const [first, second] = [listed[0]!, listed[1]!];
    const changes: Record<string, (bytes: Buffer) => void> = {
      'two contexts share a list': (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(first), second),
      'a list begins inside another': (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(first) + 2, second),
      'a list is beyond the end': (bytes) => bytes.writeUInt32LE(0xffff_ffff, first),
      'a list has no end': (bytes) => bytes.writeUInt32LE(0xffff_ff09, lists + 4),
      'a list has more room than it needs': (bytes) =>
        bytes.writeUInt32LE(bytes.readUInt32LE(lists + 4) + 1, lists + 4),
      'a symbol is none': (bytes) => bytes.writeUInt32LE(0xffff_0001 >>> 0, lists + 8),
      'a symbol comes twice': (bytes) => bytes.copy(bytes, lists + 10, lists + 14, lists + 16),
      'a context comes twice': (bytes) => bytes.copy(bytes, 4 * head.tokens + 4, 4 * head.tokens, 4 * head.tokens + 4),
      'a context is 0': (bytes) => bytes.writeUInt32LE(0, 4 * head.tokens),
      'nothing is known of a context': (bytes) => bytes.writeUInt32LE(0, first),
      'a weight is no number': (bytes) => bytes.writeFloatLE(NaN, floats),
      'a weight is infinite': (bytes) => bytes.writeFloatLE(-Infinity, bytes.length - 4),
      'a weight is huge': (bytes) => bytes.writeFloatLE(1e30, bytes.length - 4),
    };
    for (const [what, change] of Object.entries(changes)) {
      const changed = Buffer.from(numbers);
      change(changed);
      write(head, changed);
      assert.equal(await readMemory(folder, characters), null, what);
    }
    write(head, numbers);
    assert.ok((await readMemory(folder, characters)) !== null);
  });

  it('is refused or harmless after any of 20,000 mutations', async () => {
    // Of the smallest mixers.
    const words = tokenizers.find(({ description }) => description.kind === 'word')!;
    await saveMemory(folder, memoryOf(words, 150));
    const good = readFileSync(path);
    const { head, numbers } = partsOf(good);
    // The mixers are most of the file; what is before them leads somewhere.
    const leading = 4 * (head.tokens + 2 * head.contexts + head.lists);
    const random = Random.seeded(11, 'mutations');
    let taken = 0;
    for (let i = 0; i < 20_000; i++) {
      const kind = i % 5;
      if (kind === 0) {
        const changed = Buffer.from(good);
        for (let flips = random.below(4); flips >= 0; flips--)
          changed[random.below(good.length)]! ^= 1 << random.below(8);
        writeFileSync(path, changed);
      } else if (kind === 1) writeFileSync(path, good.subarray(0, random.below(good.length)));
      else {
        const changed = Buffer.from(numbers);
        for (let times = random.below(3); times >= 0; times--) {
          const at = 4 * random.below(leading / 4);
          if (kind === 2) changed[at + random.below(4)]! ^= 1 << random.below(8);
          else if (kind === 3) swap(changed, at, 4 * random.below(leading / 4));
          else changed.writeUInt32LE([0, 1, 3, 0xffff_ffff, 0x109, 0x20002][random.below(6)]!, at);
        }
        write(head, changed);
      }
      const memory = await readMemory(folder, words);
      if (memory === null) continue;
      taken++;
      for (const logits of saidBy(memory, 4)) assert.ok(logits.every(Number.isFinite), `mutation ${i}`);
      memory.learn([2, 3, 4, 5, 2, 2, 3, 0, 5]);
      for (const key of memory.corpus.parts.keys) {
        const count = memory.corpus.read(key);
        assert.ok(count >= 1 && count <= words.vocabularySize, `mutation ${i}`);
        for (let at = 0; at < count; at++) assert.ok(memory.corpus.symbols[at]! < words.vocabularySize);
      }
    }
    assert.ok(taken > 500 && taken < 15_000, `${taken} were taken`);
  });
});
