// Reads a model in a process of its own and says what that took: what was held before, and at most on the way.
import { readModel } from '../../../../src/model/modelFolder';

const held = (): number => {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
};

async function main(folder: string): Promise<void> {
  globalThis.gc?.();
  const before = held();
  let most = 0;
  // Looked at whenever the thread is free, which is between any two reads.
  const look = setInterval(() => (most = Math.max(most, held() - before)), 0);
  const model = await readModel(folder);
  clearInterval(look);
  most = Math.max(most, held() - before);
  process.stdout.write(
    JSON.stringify({ most, peak: process.resourceUsage().maxRSS * 1024, tensors: model.parameters.size }),
  );
}

void main(process.argv[2] ?? '');
