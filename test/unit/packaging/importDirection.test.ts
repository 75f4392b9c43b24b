import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { join } from 'node:path';

/** For each room, a file that is in it and what that may import and may not. */
const rooms: readonly { readonly file: string; readonly right: string; readonly wrong: readonly string[] }[] = [
  { file: 'src/model/model.ts', right: './place', wrong: ['../engine/engine', '../corpus/corpus', 'vscode'] },
  { file: 'src/engine/engine.ts', right: '../model/model', wrong: ['../corpus/corpus', '@tensorflow/tfjs-node'] },
  { file: 'src/engine/wasm/wasm.ts', right: '../engine', wrong: ['../../training/train', '@tensorflow/tfjs-node'] },
  {
    file: 'src/engine/tensorflow/native.ts',
    right: '@tensorflow/tfjs-node',
    wrong: ['../../generation/generation', '../../extension/session', 'vscode'],
  },
  { file: 'src/corpus/corpus.ts', right: '../model/disk', wrong: ['../engine/engine', 'vscode'] },
  { file: 'src/generation/generation.ts', right: '../corpus/corpus', wrong: ['../training/train', 'vscode'] },
  { file: 'src/base/yielding.ts', right: 'node:os', wrong: ['../model/model', 'vscode'] },
  { file: 'src/scoring/surprisal.ts', right: '../corpus/corpus', wrong: ['../generation/generation', 'vscode'] },
  { file: 'src/generation/copies/copyFile.ts', right: '../../model/disk', wrong: ['../../training/train'] },
  {
    file: 'src/training/loop/train.ts',
    right: '../../generation/generation',
    wrong: ['../../protocol/background', 'vscode'],
  },
  { file: 'src/protocol/background.ts', right: '../training/record/events', wrong: ['../extension/session', 'vscode'] },
  { file: 'src/background/service.ts', right: '../protocol/background', wrong: ['../extension/session', '../cli/cli'] },
  { file: 'src/cli/cli.ts', right: '../training/loop/train', wrong: ['../background/service', 'vscode'] },
  { file: 'src/panel/run/panel.ts', right: '../../protocol/panel', wrong: ['../../extension/session', 'vscode'] },
  { file: 'src/extension/session.ts', right: 'vscode', wrong: ['../background/service', '@tensorflow/tfjs-node'] },
  {
    file: 'src/extension/corpus/tree/corpusTree.ts',
    right: '../../../corpus/corpus',
    wrong: ['../../../background/service', '../../../cli/cli'],
  },
];

describe('the way imports may point', function () {
  this.timeout(120_000);
  let eslint: ESLint;
  before(() => {
    eslint = new ESLint({
      cwd: process.cwd(),
      // Without types, which these rules don't ask for and which take half a minute.
      overrideConfig: { languageOptions: { parserOptions: { project: null } } },
      ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
    });
  });

  async function complaints(file: string, code: string): Promise<readonly string[]> {
    const [result] = await eslint.lintText(code, { filePath: join(process.cwd(), file) });
    return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
  }

  for (const { file, right, wrong } of rooms) {
    it(`is held in ${file}`, async () => {
      const forms = (path: string) => [
        `import * as it from '${path}'; it;`,
        `export * from '${path}';`,
        `void import('${path}');`,
        `export type It = typeof import('${path}');`,
      ];
      for (const code of forms(right)) assert.deepEqual(await complaints(file, code), [], code);
      for (const code of wrong.flatMap(forms)) {
        const [rule, ...others] = await complaints(file, code);
        assert.match(rule ?? 'no complaint', /^no-restricted-/, code);
        assert.deepEqual(others, [], code);
      }
    });
  }
});
