import fc from 'fast-check';
import assert from 'node:assert/strict';
import { SymbolTree } from '../../../src/memory/symbolTree';

/** That a tree is one: each token a leaf of its own, reached by its code, and what is below each node where it says. */
function assertSound(tree: SymbolTree, vocabularySize: number): void {
  assert.equal(tree.nodes, vocabularySize - 1);
  assert.equal(tree.hasNodes, vocabularySize > 1);
  const reached = new Set<number>();
  for (let token = 0; token < vocabularySize; token++) {
    const [code, depth] = [tree.codes[token]!, tree.depths[token]!];
    assert.ok(depth >= 1 && depth <= 31, `${depth} deep`);
    let child = 0;
    for (let level = 0; level < depth; level++) {
      assert.ok(child >= 0, 'a code ends at a leaf, and no other goes through it');
      assert.equal(tree.levels[child], level);
      assert.equal(level === 0 ? 0 : (tree.prefixes[child]! ^ code) >>> (32 - level), 0);
      const leaf = tree.leaves.indexOf(token);
      assert.ok(tree.starts[child]! <= leaf && leaf < tree.ends[child]!);
      const next = (code >>> (31 - level)) & 1 ? tree.right[child]! : tree.left[child]!;
      assert.ok(next < 0 || next > child, 'nodes come before those below them');
      child = next;
    }
    assert.equal(child, ~token);
    assert.equal(depth === 32 ? 0 : (code << depth) >>> 0, 0, 'nothing after the path');
    reached.add(token);
  }
  assert.equal(reached.size, vocabularySize);
}

function fibonacci(length: number): number[] {
  const counts = [1, 1];
  while (counts.length < length) counts.push(Math.min(0xffff_ffff, counts.at(-1)! + counts.at(-2)!));
  return counts.slice(0, length);
}

/** What all decisions of a text come to, by how often each token is in it. */
function bitsOf(tree: SymbolTree, counts: readonly number[]): number {
  return counts.reduce((sum, count, token) => sum + count * tree.depths[token]!, 0);
}

describe('symbol tree', () => {
  it('is a tree over all tokens, whatever their counts', () => {
    const count = fc.oneof(fc.nat(3), fc.nat(1000), fc.integer({ min: 0, max: 0xffff_ffff }));
    fc.assert(
      fc.property(fc.array(count, { minLength: 2, maxLength: 80 }), (counts) => {
        const tree = new SymbolTree(counts);
        assertSound(tree, counts.length);
        assert.deepEqual(tree, new SymbolTree(Uint32Array.from(counts)), 'and always the same one');
      }),
    );
  });

  it('stays within 31 decisions where counts grow like those of Fibonacci', () => {
    for (const length of [33, 48, 65, 300]) {
      const counts = fibonacci(length);
      assertSound(new SymbolTree(counts), length);
      assertSound(new SymbolTree(counts.reverse()), length);
    }
    const steep = Array.from({ length: 1000 }, (_, i) => 2 ** i);
    assertSound(new SymbolTree(steep), 1000);
  });

  for (const size of [2, 3, 65, 4096, 16_384]) {
    it(`has room for ${size} tokens, seen or not`, () => {
      const zipf = Array.from({ length: size }, (_, i) => Math.floor(1e6 / (i + 1)));
      for (const counts of [zipf, new Array<number>(size).fill(0)]) {
        const tree = new SymbolTree(counts);
        if (size <= 4096) assertSound(tree, size);
        const codes = Array.from(tree.codes, (code, token) => [code >>> 0, tree.depths[token]!] as const);
        codes.sort(([one], [other]) => one - other);
        // In order, no code begins another one, and together they leave nothing out.
        for (let i = 1; i < size; i++) assert.ok(codes[i]![0] >= codes[i - 1]![0] + 2 ** (32 - codes[i - 1]![1]));
        const all = codes.reduce((sum, [, depth]) => sum + 2 ** -depth, 0);
        assert.equal(all, 1);
      }
    });
  }

  it('takes few decisions for what comes often', () => {
    assert.deepEqual(Array.from(new SymbolTree([40, 20, 10, 10]).depths), [1, 2, 3, 3]);
    const counts = Array.from({ length: 65 }, (_, i) => Math.floor(1e6 / (i + 1) ** 2));
    const total = counts.reduce((sum, count) => sum + count);
    const entropy = counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0);
    const bits = bitsOf(new SymbolTree(counts), counts) / total;
    assert.ok(bits >= entropy && bits < entropy + 0.1, `${bits} bits, ${entropy} at least`);
  });
});
