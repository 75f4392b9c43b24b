/** A model and the batches that it is trained on. */
export interface Size {
  readonly name: string;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
  readonly length: number;
  readonly streams: number;
}

function size(layers: number, hidden: number, length: number, streams: number, rest: Partial<Size> = {}): Size {
  const { vocabulary = 65, embedding = hidden } = rest;
  const extras = [
    ...(embedding === hidden ? [] : [`E=${embedding}`]),
    ...(vocabulary === 65 ? [] : [`V=${vocabulary}`]),
    `${length}x${streams}`,
  ];
  return { name: `${layers}x${hidden} ${extras.join(' ')}`, vocabulary, embedding, hidden, layers, length, streams };
}

/** The sizes that the engines are compared at. */
export const sizes: readonly Size[] = [
  size(2, 128, 50, 50),
  size(1, 256, 64, 64),
  size(2, 512, 64, 64),
  size(1, 384, 32, 32, { embedding: 64 }),
  size(1, 1024, 64, 64),
  size(2, 128, 50, 50, { vocabulary: 4096 }),
  size(1, 256, 64, 64, { vocabulary: 4096 }),
  size(2, 512, 64, 64, { vocabulary: 4096 }),
  size(1, 384, 32, 32, { embedding: 64, vocabulary: 4096 }),
  size(1, 1024, 64, 64, { vocabulary: 4096 }),
];

/** The size around which each dimension is grown. */
const middle = [1, 256, 64, 64] as const;

/** Families of sizes in which one dimension grows. */
export const growth: Readonly<Record<string, readonly Size[]>> = {
  'hidden size': [64, 128, 256, 512, 1024].map((hidden) => size(middle[0], hidden, middle[2], middle[3])),
  'time steps': [16, 32, 64, 128].map((length) => size(middle[0], middle[1], length, middle[3])),
  streams: [8, 16, 32, 64, 128].map((streams) => size(middle[0], middle[1], middle[2], streams)),
};

/** What the threads are counted at. */
export const middleSize = size(...middle);
