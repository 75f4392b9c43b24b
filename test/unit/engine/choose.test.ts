import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { interpolate, isDecisive, measureSpeed } from '../../../src/engine/advantage';
import { chooseEngine, type EngineRequest } from '../../../src/engine/choose';
import { EngineUnavailableError } from '../../../src/engine/engine';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';

const kernelFolder = join(process.cwd(), 'dist');
const nowhere = join(process.cwd(), 'no', 'such', 'folder');
const request: EngineRequest = {
  preference: 'auto',
  architecture: { vocabularySize: 20, embeddingSize: 8, hiddenSize: 16, layers: 1, tied: false },
  length: 8,
  streams: 4,
  threads: 1,
  kernelFolder,
};

describe('choosing an engine', () => {
  it('takes the built-in one where TensorFlow is not installed', async () => {
    assert.deepEqual(await choose(request), ['wasm', 'TensorFlow is not installed.']);
  });

  it('keeps to what was asked for', async () => {
    assert.deepEqual(await choose({ ...request, preference: 'wasm' }), ['wasm', 'It was asked for.']);
  });

  it('falls back, and says why, where what was asked for can not run', async () => {
    const absent = await choose({ ...request, preference: 'tensorflow' });
    assert.deepEqual(absent, ['wasm', 'TensorFlow cannot run here: it is not installed.']);
    const broken = await choose({ ...request, preference: 'tensorflow', tensorflowFolder: nowhere });
    assert.equal(broken[0], 'wasm');
    assert.match(broken[1], /^TensorFlow cannot run here: TensorFlow could not be loaded from/);
  });

  it('stays with the built-in one where TensorFlow is installed but broken', async () => {
    const wide = { ...request.architecture, hiddenSize: 300 };
    const [name, reason] = await choose({ ...request, architecture: wide, tensorflowFolder: nowhere });
    assert.equal(name, 'wasm');
    assert.match(reason, /TensorFlow/);
  });

  it('fails with the first reason where neither can run', async () => {
    for (const preference of ['auto', 'wasm', 'tensorflow'] as const) {
      await assert.rejects(chooseEngine({ ...request, preference, kernelFolder: nowhere }), EngineUnavailableError);
    }
  });

  it('measures a speed', async () => {
    const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
    const speed = measureSpeed(engine, request);
    assert.ok(speed > 100 && Number.isFinite(speed), `${speed} tokens a second`);
    engine.dispose();
  });

  it('reads its table between and beyond the points', () => {
    const table = [
      [100, 1],
      [200, 2],
      [400, 1],
    ] as const;
    assert.deepEqual(
      [50, 100, 150, 200, 300, 400, 1000].map((size) => interpolate(table, size)),
      [1, 1, 1.5, 2, 1.5, 1, 1],
    );
    assert.ok(isDecisive(2) && isDecisive(0.4) && !isDecisive(1.1) && !isDecisive(0.9));
  });

  async function choose(from: EngineRequest): Promise<[string, string]> {
    const { engine, reason } = await chooseEngine(from);
    engine.dispose();
    return [engine.name, reason];
  }
});
