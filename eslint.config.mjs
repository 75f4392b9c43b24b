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
  'scoring',
  'memory',
  'base',
];
const core = ['base', 'model', 'engine', 'corpus', 'memory', 'scoring', 'generation', 'training'];
const mayImport = {
  base: [],
  model: ['base'],
  engine: ['base', 'model'],
  corpus: ['base', 'model'],
  memory: ['base', 'corpus', 'engine', 'model'],
  scoring: ['base', 'corpus', 'engine', 'memory', 'model'],
  generation: ['base', 'corpus', 'engine', 'memory', 'model'],
  training: ['base', 'corpus', 'engine', 'generation', 'memory', 'scoring', 'model'],
  protocol: core,
  extension: [...core, 'protocol'],
  background: [...core, 'protocol'],
  panel: [...core, 'protocol'],
  cli: [...core, 'protocol'],
};
const editorOnly = { regex: '^vscode$', message: 'Only src/extension may import vscode.' };
const tensorflowOnly = {
  regex: '^@tensorflow/',
  message: 'Only src/engine/tensorflow may import TensorFlow.js.',
};

const privateByWord = { selector: 'PrivateIdentifier', message: 'Say `private x`, as everywhere, in place of `#x`.' };

/** Folders between a room and a file of it: a path up past them all leaves the room. */
const depths = [0, 1, 2, 3];

/** What a file of a room, so many folders deep in it, may not import. @param {string} room @param {number} depth */
function forbidden(room, depth) {
  const allowed = mayImport[room];
  const others = rooms.filter((other) => other !== room && !allowed.includes(other));
  return [
    ...(room === 'extension' ? [] : [editorOnly]),
    {
      regex: `^(\\.\\./){${depth + 1}}(${others.join('|')})(/|$)`,
      message: `src/${room} may import from: ${allowed.join(', ') || 'nothing'}.`,
    },
  ];
}

/** The same for `import x from`, and for `import()` and `import('…').Type`, of which the first rule knows nothing. */
function importRules(patterns) {
  const selectors = patterns.flatMap(({ regex, message }) => {
    const literal = `/${regex.replaceAll('/', '\\/')}/`;
    return [`ImportExpression > Literal[value=${literal}]`, `TSImportType > Literal[value=${literal}]`].map(
      (selector) => ({ selector, message }),
    );
  });
  return {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...selectors, privateByWord],
  };
}

const direction = Object.keys(mayImport).flatMap((room) =>
  depths.map((depth) => ({
    files: [`src/${room}/${'*/'.repeat(depth)}*.ts`],
    rules: importRules([tensorflowOnly, ...forbidden(room, depth)]),
  })),
);

/** The home of TensorFlow.js is part of a room like any other, but for that. */
const tensorflowHome = depths.map((depth) => ({
  files: [`src/engine/tensorflow/${'*/'.repeat(depth)}*.ts`],
  rules: importRules(forbidden('engine', depth + 1)),
}));

const comparison = '/^([<>]=?|[!=]==?)$/';

/**
 * What kernels may not say: what V8 computes wrongly, or not at all, once it has made two operations one (see
 * docs/engines.md), and where AssemblyScript's types surprise.
 */
const kernelRules = [
  {
    selector: "MemberExpression[object.name='f64x2'][property.name='neg']",
    message: 'V8 computes wrong numbers where it pairs f64x2.neg.',
  },
  {
    selector: 'MemberExpression[property.name=/^(extend|extmul|extadd|promote|convert_low)/]',
    message: 'V8 ends the process where it pairs some operations that widen.',
  },
  {
    selector: "CallExpression[callee.object.name='v128'][callee.property.name='store'][arguments.length>2]",
    message: 'Neighbours are stored by storePair or storeLine, whose addresses are spelt as V8 knows them.',
  },
  {
    selector: `BinaryExpression[operator=/^[-+*%]$/]:matches([left.operator=${comparison}], [right.operator=${comparison}])`,
    message: 'A sum of comparisons is a bool.',
  },
  {
    selector: 'TSTypeReference[typeName.name=/^[iu](8|16)$/]',
    message: 'Arithmetic on 8 or 16 bits wraps before it reaches a wider variable.',
  },
];

export default ts.config(
  {
    ignores: ['dist', 'node_modules', '.cache', 'test-output', 'bench/peers', '.vscode-test'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    ignores: ['src/engine/wasm/kernels/**'],
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
  ...tensorflowHome,
  {
    // What is printed goes through one door, which shows control characters as what they are.
    files: ['src/cli/*.ts'],
    ignores: ['src/cli/terminal.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({ object: 'process', property, message: 'Print by terminal.ts.' })),
      ],
    },
  },
  {
    // AssemblyScript: its types are its compiler's business.
    files: ['src/engine/wasm/kernels/**/*.ts'],
    languageOptions: { parser: ts.parser },
    rules: { 'no-undef': 'off', 'no-unused-vars': 'off', 'no-restricted-syntax': ['error', ...kernelRules] },
  },
  {
    files: ['src/engine/wasm/kernels/simdMath.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...kernelRules.filter(({ message }) => !message.startsWith('Neighbours'))],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  prettier,
);
