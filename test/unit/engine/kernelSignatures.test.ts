import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { compileKernels, instantiate } from '../../../src/engine/wasm/kernelBuild';
import { knowsRelaxed, withPrivateMemory } from '../../../src/engine/wasm/kernelFiles';
import type { Kernels } from '../../../src/engine/wasm/kernels';
import { makeMemory } from '../../../src/engine/wasm/threadPool';
import type { Address, Bytes, Panels, Rows } from '../../../src/engine/wasm/units';

const root = process.cwd();
const engine = join(root, 'src', 'engine', 'wasm');

/** Parameters of each kernel by name, as kernels.ts has them. */
const parameters = new Map(
  nodesOf(join(engine, 'kernels.ts'))
    .filter(ts.isMethodSignature)
    .map((method) => [method.name.getText(), method.parameters.map(({ name }) => name.getText())]),
);

describe('the signatures of the kernels', () => {
  it('are those of their sources', async () => {
    const { kernelSignatures } = createRequire(join(root, 'package.json'))('./scripts/kernelSignatures.js') as {
      readonly kernelSignatures: () => Promise<string>;
    };
    const written = readFileSync(join(engine, 'kernels.ts'), 'utf8');
    assert.equal(written, await kernelSignatures(), 'run: node scripts/kernelSignatures.js');
  });

  for (const file of knowsRelaxed() ? ['simd', 'relaxed'] : ['simd']) {
    it(`are those of the compiled file, ${file}, by name and number of parameters`, async () => {
      const bytes = new Uint8Array(readFileSync(join(root, 'dist', `kernels.${file}.wasm`)));
      const kernels = instantiate(await compileKernels(withPrivateMemory(bytes)), makeMemory(1 << 16, false));
      const arities = Object.entries(kernels)
        .filter((entry): entry is [string, () => unknown] => typeof entry[1] === 'function')
        .map(([name, kernel]): [string, number] => [name, kernel.length]);
      const declared = [...parameters].map(([name, { length }]): [string, number] => [name, length]);
      assert.deepEqual(new Map(arities.sort()), new Map(declared.sort()));
      assert.ok(declared.length > 25);
    });
  }
});

describe('the calls of kernels', () => {
  it('pass what bears the name of a parameter in that place', () => {
    let calls = 0;
    const misplaced: string[] = [];
    for (const file of readdirSync(engine).filter((name) => name.endsWith('.ts'))) {
      for (const call of nodesOf(join(engine, file)).filter(ts.isCallExpression)) {
        const names = parameters.get(kernelOf(call) ?? '');
        if (names === undefined) continue;
        calls++;
        call.arguments.forEach((argument, index) => {
          const name = nameOf(argument);
          if (name !== names[index] && names.includes(name)) misplaced.push(`${file}: ${call.getText()}`);
        });
      }
    }
    assert.deepEqual(misplaced, []);
    assert.ok(calls > 40, `${calls} calls`);
  });

  // Checked by the compiler: an error that is expected and isn't there is one.
  it('do not compile with two arguments of different kinds in each other’s place', () => {
    const wrong = (kernels: Kernels, at: Address, stride: Bytes, rows: Rows, panels: Panels): void => {
      kernels.matmul(at, at, stride, rows, panels, at, panels, at, stride, stride);
      // @ts-expect-error rows are no distance
      kernels.matmul(at, at, rows, stride, panels, at, panels, at, stride, stride);
      // @ts-expect-error panels are no rows
      kernels.matmul(at, at, stride, panels, rows, at, panels, at, stride, stride);
      // @ts-expect-error an address is no number of panels
      kernels.matmul(at, at, stride, rows, at, panels, panels, at, stride, stride);
      // @ts-expect-error a distance is no address
      kernels.copyKept(at, stride, at, rows, panels, at);
    };
    assert.equal(wrong.length, 5);
  });
});

/** All nodes of a file. */
function nodesOf(path: string): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  return nodes;
}

/** The kernel that is called: `kernels.NAME(…)` or `this.kernels.NAME(…)`. */
function kernelOf({ expression }: ts.CallExpression): string | undefined {
  if (!ts.isPropertyAccessExpression(expression) || !/\bkernels$/.test(expression.expression.getText()))
    return undefined;
  return expression.name.text;
}

/** What an argument is named after: of a sum, its first part. */
function nameOf(argument: ts.Expression): string {
  if (ts.isIdentifier(argument)) return argument.text;
  if (ts.isPropertyAccessExpression(argument)) return argument.name.text;
  if (ts.isBinaryExpression(argument)) return nameOf(argument.left);
  if (ts.isParenthesizedExpression(argument) || ts.isElementAccessExpression(argument)) {
    return nameOf(argument.expression);
  }
  return '';
}
