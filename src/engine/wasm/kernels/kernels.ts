// engine/wasm/kernels/: the kernels, whose entry this is: what the engine calls. Addresses are bytes in the one
// imported memory, whose first page holds the kernels' constants; nothing here allocates, keeps state or knows a model.
// The layout of matrices is told in matmul.ts, and in docs/engines.md with a picture and the formulas; the same maths
// in plain loops is test/unit/engine/reference.ts.
//
// This is AssemblyScript. `// @inline` stands for its decorator, which the build puts in its place (scripts/kernels.js);
// what may not be said here is in eslint.config.mjs.
export { matmul, matmulTransposed, useWideTiles } from './matmul';
export { recurrentForward, cellForwardRow, cellBackward, copyKept } from './lstmCell';
export { crossEntropy, crossEntropyGradient } from './softmax';
export { gatherRows, scatterRows, gatherLines, sumLines, sumColumns, add, clear, copy } from './gather';
export { dropRows } from './dropout';
export { sumOfSquares, adamW } from './optimizer';
export { transposeBlocks, copyLines } from './transpose';
export { matvec, matvecQuantized, quantizeForMatvec } from './matvec';
export { matmulQuantized, quantizeRows, quantizeWeights, recurrentForwardQuantized } from './quantized';
export { tanhAll, sigmoidAll, expAll } from './simdMath';
