/** What is said of an engine, wherever one is chosen or shown. */
export interface NameOfEngine {
  /** By itself. */
  readonly label: string;
  /** Inside a sentence. */
  readonly phrase: string;
  /** One sentence, for who chooses. */
  readonly description: string;
}

/**
 * Every engine, in the order in which they are tried where none is asked for. How each is loaded is in engines.ts: what only
 * names one, as the panel does, has nothing native with it. Settings, flags and help are made from this list; package.json
 * repeats it, written by `npm run schemas` and compared by a test.
 */
export const engineNames = {
  wasm: {
    label: 'WebAssembly',
    phrase: 'the built-in engine',
    description: "Textloom's own kernels: nothing to install.",
  },
  tensorflow: {
    label: 'TensorFlow',
    phrase: 'TensorFlow',
    description: 'TensorFlow, through TensorFlow.js and its native library.',
  },
} as const satisfies Readonly<Record<string, NameOfEngine>>;

/** Which implementation computes. */
export type EngineName = keyof typeof engineNames;

/** An engine, or the faster one of those that this machine has. */
export type EngineChoice = EngineName | 'auto';

/** All that one may choose from, `auto` first. */
export const engineChoices: readonly EngineChoice[] = [
  'auto',
  // The keys of an object literal are those of its type.
  ...(Object.keys(engineNames) as EngineName[]),
];

/** A sentence for each of {@link engineChoices}. */
export const engineDescriptions: readonly string[] = [
  'The faster one of those that this machine has.',
  ...Object.values(engineNames).map(({ description }) => description),
];
