import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { join } from 'node:path';

/** What a kernel may not say, and what is nearest to it that it may. */
const rules: readonly { readonly wrong: string; readonly right: string }[] = [
  { wrong: 'v128.store(to, f64x2.neg(x));', right: 'v128.store(to, f32x4.neg(x));' },
  { wrong: 'v128.store(to, i32x4.extend_low_i16x8_s(x));', right: 'v128.store(to, f32x4.convert_i32x4_s(x));' },
  { wrong: 'v128.store(to, i32x4.extmul_high_i16x8_u(x, y));', right: 'v128.store(to, i32x4.dot_i16x8_s(x, y));' },
  { wrong: 'v128.store(to, i16x8.extadd_pairwise_i8x16_s(x));', right: 'v128.store(to, i16x8.add(x, y));' },
  { wrong: 'v128.store(to, f64x2.promote_low_f32x4(x));', right: 'v128.store(to, f32x4.abs(x));' },
  { wrong: 'v128.store(to, f64x2.convert_low_i32x4_s(x));', right: 'v128.store(to, f32x4.convert_i32x4_u(x));' },
  { wrong: 'v128.store(to, x); v128.store(to, y, 16);', right: 'storePair(to, x, y);' },
  { wrong: 'const order = (a > b) - (a < b);', right: 'const order = <i32>(a > b) - <i32>(a < b);' },
  { wrong: 'const product: i16 = a;', right: 'const product: i32 = a;' },
];

describe('the lint of kernels', function () {
  this.timeout(120_000);
  const eslint = new ESLint({ cwd: process.cwd() });

  async function complaints(code: string): Promise<readonly (string | null)[]> {
    const filePath = join(process.cwd(), 'src', 'engine', 'wasm', 'kernels', 'example.ts');
    const [result] = await eslint.lintText(`${code}\n`, { filePath });
    return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
  }

  for (const { wrong, right } of rules) {
    it(`refuses ${wrong}`, async () => {
      assert.deepEqual(await complaints(wrong), ['no-restricted-syntax']);
      assert.deepEqual(await complaints(right), []);
    });
  }
});
