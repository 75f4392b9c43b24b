import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import ts from 'typescript-eslint';

// The way imports may point: a folder of src/ and what it may import from. vscode, TensorFlow.js and the DOM have one
// home each.
const rooms = [
  'extension',
  'background',
  'panel',
  'cli',
  'protocol',
  'corpus',
  'model',
  'engine',
  'training',
  'generation',
];
const core = ['model', 'engine', 'corpus', 'training', 'generation'];
const mayImport = {
  model: [],
  engine: ['model'],
  corpus: ['model'],
  generation: ['corpus', 'engine', 'model'],
  training: ['corpus', 'engine', 'generation', 'model'],
  protocol: core,
  extension: [...core, 'protocol'],
  background: [...core, 'protocol'],
  panel: [...core, 'protocol'],
  cli: [...core, 'protocol'],
};
const editorOnly = { name: 'vscode', message: 'Only src/extension may import vscode.' };
const tensorflowOnly = {
  regex: '^@tensorflow/',
  message: 'Only src/engine/tensorflow may import TensorFlow.js.',
};

/** Folders between a room and a file of it: a path up past them all leaves the room. */
const depths = [0, 1, 2];

const direction = Object.entries(mayImport).flatMap(([room, allowed]) =>
  depths.map((depth) => ({
    files: [`src/${room}/${'*/'.repeat(depth)}*.ts`],
    ignores: ['src/engine/tensorflow/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: room === 'extension' ? [] : [editorOnly],
          patterns: [
            tensorflowOnly,
            {
              regex: `^(\\.\\./){${depth + 1}}(${rooms.filter((other) => other !== room && !allowed.includes(other)).join('|')})(/|$)`,
              message: `src/${room} may import from: ${allowed.join(', ') || 'nothing'}.`,
            },
          ],
        },
      ],
    },
  })),
);

export default ts.config(
  {
    ignores: [
      'dist',
      'node_modules',
      '.cache',
      'test-output',
      'src/engine/wasm/kernels',
      'bench/peers',
      '.vscode-test',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.strictTypeChecked, ...ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/panel/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'require',
          'module',
          '__dirname',
          'Buffer',
          'URL',
          'setTimeout',
          'clearTimeout',
          'fetch',
          'performance',
          'AbortSignal',
          'AbortController',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  ...direction,
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  prettier,
);
