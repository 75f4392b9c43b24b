// The kernels' entry: what the engine calls. Addresses are bytes in the one imported memory, whose first page holds the
// kernels' constants; nothing here allocates, keeps state or knows a model. The layout of matrices is told in product.ts.
export { multiply, multiplyTransposed, useWideTiles } from './product';
export { recurrentForward, cellForwardRow, cellBackward, copyKept } from './gates';
export { crossEntropy, crossEntropyGradient } from './softmax';
export { gatherRows, scatterRows, gatherLines, sumLines, sumColumns, add, clear, copy } from './rows';
export { dropRows } from './dropout';
export { sumOfSquares, adamW } from './optimizer';
export { transposeBlocks, copyLines } from './transpose';
export { multiplyRow, multiplyRowQuantized, quantizeForRow } from './predict';
export { multiplyQuantized, quantizeRows, quantizeWeights, recurrentForwardQuantized } from './quantized';
export { tanhAll, sigmoidAll, expAll } from './vector';
