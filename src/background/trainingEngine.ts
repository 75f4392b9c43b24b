import type { Engine } from '../engine/engine';
import { loadTensorFlowEngine } from '../engine/tensorflow/tensorflow';
import { loadWasmEngine } from '../engine/wasm/wasm';
import type { ThreadJob } from '../protocol/trainingThread';
import type { Surroundings } from '../training/prepare';

/** What chooses the engine of a training job, by its settings and by what is installed. */
export function engineChooser({
  settings,
  tensorflowFolders,
}: Extract<ThreadJob, { kind: 'train' }>): Surroundings['engineFor'] {
  return async () => {
    const [packageFolder] = tensorflowFolders;
    const threads = settings.threads > 0 ? { threads: settings.threads } : {};
    let engine: Engine;
    if (settings.engine === 'tensorflow' && packageFolder !== undefined) {
      engine = await loadTensorFlowEngine({ packageFolder, ...threads });
    } else {
      engine = await loadWasmEngine({ kernelFolder: __dirname, ...threads });
    }
    return { engine, reason: 'The setting says so.' };
  };
}
