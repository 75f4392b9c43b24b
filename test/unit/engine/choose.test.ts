import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { chooseEngine, type EngineRequest } from '../../../src/engine/choose';
import { type Engine, EngineUnavailableError, type Trainer } from '../../../src/engine/engine';
import type { EngineName } from '../../../src/engine/engineNames';
import { type EngineSource, type EngineSources, engineSources } from '../../../src/engine/engines';
import { isDecisive, tabledAdvantage } from '../../../src/engine/relativeSpeed';
import { readingEngine } from '../../../src/engine/select';
import { measureSpeed } from '../../../src/engine/stopwatch';
import { type BuiltInEngine, type InstructionSet, loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { folderWith } from '../corpus/temporaryFolder';
import { referenceEngine } from '../training/referenceEngine';

const kernelFolder = join(process.cwd(), 'dist');
const nowhere = join(process.cwd(), 'no', 'such', 'folder');

/** A choice between some engines, whatever others there are. */
function theseAlone(sources: Readonly<Record<string, EngineSource>>): EngineSources {
  return sources as unknown as EngineSources;
}

const alwaysThere = { isInstalled: () => true };

/** A folder that is all that TensorFlow needs, by its looks: its library is an empty file. */
function brokenTensorFlow(): string {
  return folderWith({ 'package.json': '{}', 'deps/lib/libtensorflow.so': '', 'lib/napi-v8/tfjs_binding.node': '' });
}

const request: EngineRequest = {
  preference: 'auto',
  architecture: { vocabularySize: 20, embeddingSize: 8, hiddenSize: 16, layers: 1, tied: false },
  length: 8,
  streams: 4,
  threads: 1,
  kernelFolder,
  tensorflowFolders: [],
};

describe('choosing an engine', () => {
  it('takes the built-in one where TensorFlow is not installed', async () => {
    assert.deepEqual(await choose(request), ['wasm', 'TensorFlow is not installed.']);
  });

  it('takes the engine that was asked for', async () => {
    assert.deepEqual(await choose({ ...request, preference: 'wasm' }), ['wasm', 'It was asked for.']);
  });

  it('falls back, and says why, where what was asked for can not run', async () => {
    const absent = await choose({ ...request, preference: 'tensorflow' });
    assert.deepEqual(absent, ['wasm', 'TensorFlow is not installed.']);
    const broken = await choose({ ...request, preference: 'tensorflow', tensorflowFolders: [brokenTensorFlow()] });
    assert.equal(broken[0], 'wasm');
    assert.match(broken[1], /^TensorFlow could not be loaded from/);
  });

  it('stays with the built-in one where TensorFlow is installed but broken', async () => {
    const wide = { ...request.architecture, hiddenSize: 300 };
    const [name, reason] = await choose({ ...request, architecture: wide, tensorflowFolders: [brokenTensorFlow()] });
    assert.equal(name, 'wasm');
    assert.match(reason, /TensorFlow/);
  });

  it('fails with the first reason where neither can run', async () => {
    for (const preference of ['auto', 'wasm', 'tensorflow'] as const) {
      await assert.rejects(chooseEngine({ ...request, preference, kernelFolder: nowhere }), EngineUnavailableError);
    }
  });

  it('takes the fastest of any number, lets the others go, and says why', async () => {
    for (const [speeds, expected, reason] of [
      [[1.5, 2.5, 2], 'engine 1', /^By the table of measurements, .* 2\.5 times as fast as the built-in engine\.$/],
      [[3, 1.5, 1.4], 'engine 0', /3\.0 times/],
      [[0.5, 0.7], 'wasm', /2\.0 times as fast as engine 0\. By the table .* 1\.4 times as fast as engine 1\.$/],
    ] as const) {
      const [loaded, disposed]: [string[], string[]] = [[], []];
      const load = (details: string): Promise<BuiltInEngine> => {
        loaded.push(details);
        const dispose = () => disposed.push(details);
        return Promise.resolve({ ...referenceEngine(), details, dispose, settleInstructions: () => 'simd' });
      };
      const rows = speeds.map((speed, i): [string, EngineSource] => {
        const phrase = `engine ${i}`;
        const load1 = () => load(phrase);
        return [
          phrase,
          { ...engineSources.tensorflow, phrase, ...alwaysThere, load: load1, tabledAdvantage: () => speed },
        ];
      });
      const wasm = { ...engineSources.wasm, load: () => load('wasm') };
      const sources = theseAlone(Object.fromEntries([['wasm', wasm], ...rows]));
      const chosen = await chooseEngine(request, { sources, now: () => assert.fail('nothing is timed') });
      assert.equal(chosen.engine.details, expected);
      assert.match(chosen.reason, reason);
      assert.deepEqual(disposed.sort(), loaded.filter((name) => name !== expected).sort());
    }
  });

  it('reads and writes with the first that runs, and fails with what stopped the first', async () => {
    const engine = await readingEngine(request);
    assert.equal(engine.name, 'wasm');
    engine.dispose();
    const broken = { kernelFolder: nowhere, tensorflowFolders: [brokenTensorFlow()] };
    await assert.rejects(readingEngine(broken), { name: 'EngineUnavailableError', engine: 'wasm' });
    const wasm = { ...engineSources.wasm, load: () => engineSources.wasm.load(broken) };
    const tensorflow = { ...engineSources.tensorflow, load: () => Promise.resolve<Engine>(referenceEngine()) };
    const second = await readingEngine(broken, theseAlone({ wasm, tensorflow }));
    assert.equal(second.details, referenceEngine().details);
  });

  it('tries each TensorFlow that is all there, and tells of the first', async () => {
    const [one, other] = [brokenTensorFlow(), brokenTensorFlow()];
    const loading = engineSources.tensorflow.load({ tensorflowFolders: [nowhere, one, other] });
    await assert.rejects(loading, (error: Error) => error.message.includes(one) && !error.message.includes(other));
    assert.equal(engineSources.tensorflow.isInstalled({ tensorflowFolders: [nowhere] }), false);
  });

  it('gives TensorFlow no sequence that it would take minutes to prepare', async () => {
    const asked = { ...request, preference: 'tensorflow', tensorflowFolders: [brokenTensorFlow()] } as const;
    const [name, reason] = await choose({ ...asked, length: 4096 });
    assert.equal(name, 'wasm');
    assert.equal(reason, 'TensorFlow would take minutes to prepare sequences of 4,096 tokens.');
    assert.match((await choose({ ...asked, length: 512 }))[1], /could not be loaded/);
    const auto = await choose({ ...asked, preference: 'auto', length: 129 });
    assert.deepEqual(auto, ['wasm', 'TensorFlow takes long to prepare sequences of 129 tokens.']);
  });

  it('measures a speed', async () => {
    const engine = await loadWasmEngine({ kernelFolder, threads: 1 });
    const speed = measureSpeed(engine, request);
    assert.ok(speed !== null && speed > 100 && Number.isFinite(speed), `${speed} tokens a second`);
    engine.dispose();
  });

  it('believes a tabled advantage that is far enough from even', () => {
    assert.ok(isDecisive(2) && isDecisive(0.4) && !isDecisive(1.1) && !isDecisive(0.9));
  });

  describe('where both are there', () => {
    const both = request;
    const sized = (hiddenSize: number, vocabularySize: number): EngineRequest => {
      const architecture = { vocabularySize, hiddenSize, embeddingSize: 16, layers: 1, tied: false };
      return { ...both, architecture, length: 32, streams: 16 };
    };

    it('believes the table where it is decisive', async () => {
      const slower = await chooseFrom(sized(128, 65), { instructions: 'paired', builtIn: 1, tensorflow: 1 });
      const faster = await chooseFrom(sized(512, 65), { instructions: 'simd', builtIn: 1, tensorflow: 1 });
      if (process.arch === 'x64') {
        assert.deepEqual(slower.told, [
          'wasm',
          'By the table of measurements, it trains this model 1.5 times as fast as TensorFlow.',
        ]);
        assert.deepEqual(slower.loaded, ['wasm']);
        assert.match(
          faster.told.join(': '),
          /^tensorflow: By the table .* 2\.1 times as fast as the built-in engine\.$/,
        );
        assert.deepEqual(faster.disposed, ['wasm']);
        assert.equal(slower.milliseconds + faster.milliseconds, 0, 'nothing is timed');
      }
    });

    it('counts the time to the first step against what there is', async () => {
      const from = sized(512, 65);
      const engines = { instructions: 'simd', builtIn: 1, tensorflow: 1 } as const;
      if (process.arch !== 'x64') return;
      for (const [seconds, engine] of [
        [2, 'wasm'],
        [60, 'tensorflow'],
      ] as const) {
        assert.equal((await chooseFrom({ ...from, seconds }, engines)).told[0], engine, `${seconds} seconds`);
      }
    });

    it('takes the row of what the kernels turn out to be', async () => {
      const { told } = await chooseFrom(sized(384, 4096), { instructions: 'relaxed', builtIn: 1, tensorflow: 1 });
      if (process.arch === 'x64') assert.match(told.join(': '), /^tensorflow: By the table .* 1\.8 times/);
    });

    it('measures where the table is not decisive, in less than a fifth of a second', async () => {
      for (const [builtIn, tensorflow, expected] of [
        [10, 20, /^wasm: Measured just now, it trains this model 2\.0 times as fast as TensorFlow\.$/],
        [20, 10, /^tensorflow: Measured just now, it trains this model 2\.0 times as fast as the built-in engine\.$/],
        [40, 36, /^tensorflow: Measured just now/],
        [40, 39, /^wasm: Measured just now, it trains this model about as fast as TensorFlow and needs less memory\.$/],
        [40, 50, /^wasm: Measured just now/],
        [20, 65, /^wasm: Measured just now, TensorFlow is far slower\.$/],
      ] as const) {
        const chosen = await chooseFrom(sized(384, 500), { instructions: 'paired', builtIn, tensorflow });
        assert.match(chosen.told.join(': '), expected);
        assert.deepEqual(chosen.disposed, [chosen.told[0] === 'wasm' ? 'tensorflow' : 'wasm']);
        assert.ok(chosen.milliseconds < 200, `${chosen.milliseconds} ms`);
        assert.ok(chosen.lengths.every((timed) => timed >= 4));
      }
    });

    it('goes by the table where even two steps would take too long', async () => {
      const tooLarge = await chooseFrom(sized(4000, 65), { instructions: 'paired', builtIn: 1, tensorflow: 1 });
      assert.equal(tooLarge.told[0], 'wasm');
      assert.equal(tooLarge.milliseconds, 0);
      const tooSlow = await chooseFrom(sized(128, 65), { instructions: 'relaxed', builtIn: 90, tensorflow: 1 });
      if (process.arch === 'x64') assert.match(tooSlow.told.join(': '), /^tensorflow: By the table/);
      assert.deepEqual(tooSlow.timed, ['wasm', 'wasm']);
    });
  });

  it('knows that large vocabularies suit TensorFlow better', () => {
    if (process.arch !== 'x64') return;
    const wide = (vocabularySize: number) => tabledAdvantage({ hiddenSize: 1024, vocabularySize }, 'paired')!;
    assert.deepEqual([wide(30), wide(65), wide(4096), wide(9000)], [0.86, 0.86, 1.21, 1.21]);
    assert.ok(wide(500) > 0.86 && wide(500) < 1.21);
  });

  /** Chooses between engines that do nothing but let a clock run on: so many milliseconds a step. */
  async function chooseFrom(
    from: EngineRequest,
    { instructions, ...steps }: { instructions: InstructionSet; builtIn: number; tensorflow: number },
  ) {
    let milliseconds = 0;
    const [loaded, disposed, timed, lengths]: [string[], string[], string[], number[]] = [[], [], [], []];
    const engine = (name: EngineName, step: number): BuiltInEngine => {
      loaded.push(name);
      return {
        ...referenceEngine(),
        name,
        settleInstructions: () => instructions,
        createTrainer: (architecture, state, options) =>
          Object.assign(Object.create(referenceEngine().createTrainer(architecture, state, options)) as Trainer, {
            train: () => {
              milliseconds += step;
              timed.push(name);
              lengths.push(options.length);
              return { loss: 0, gradientNorm: 0 };
            },
          }),
        dispose: () => disposed.push(name),
      };
    };
    const chosen = await chooseEngine(from, {
      sources: theseAlone({
        wasm: { ...engineSources.wasm, load: () => Promise.resolve(engine('wasm', steps.builtIn)) },
        tensorflow: {
          ...engineSources.tensorflow,
          ...alwaysThere,
          load: () => Promise.resolve(engine('tensorflow', steps.tensorflow)),
        },
      }),
      now: () => milliseconds,
    });
    return { told: [chosen.engine.name, chosen.reason], loaded, disposed, timed, lengths, milliseconds };
  }

  async function choose(from: EngineRequest): Promise<[string, string]> {
    const { engine, reason } = await chooseEngine(from);
    engine.dispose();
    return [engine.name, reason];
  }
});
