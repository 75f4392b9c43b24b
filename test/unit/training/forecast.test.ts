import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { parameterCount } from '../../../src/model/architecture';
import { type Forecast, forecast } from '../../../src/training/forecast';
import type { Budget } from '../../../src/training/recipe';
import { story } from './story';
import { source, Workshop } from './workshop';

const minutes = (count: number): Budget => ({ kind: 'minutes', minutes: count });

describe('a forecast', function () {
  this.timeout(60_000);
  let workshop: Workshop;
  beforeEach(() => (workshop = new Workshop()));
  afterEach(() => workshop.dispose());
  const surroundings = () => ({
    ...workshop.surroundings,
    engineFor: async () => ({
      engine: await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 }),
      reason: '',
    }),
  });
  const request = (...budgets: Budget[]) =>
    ({ source: source(story(40_000)), tokenizer: 'auto', recipe: {}, budgets }) as const;

  it('says first how large and how fast, then how good', async () => {
    const told: (readonly Forecast[])[] = [];
    const whole = await forecast(request(minutes(1), minutes(5)), surroundings(), (known) => told.push(known));
    assert.equal(told.length, 2);
    assert.ok(told[0]!.every(({ natsPerCharacter }) => natsPerCharacter === null));
    assert.deepEqual(told[1], whole);
    const [quick, standard] = whole;
    assert.ok(quick && standard);
    assert.equal(quick.seconds, 60);
    assert.equal(quick.parameters, parameterCount(quick.architecture));
    assert.ok(standard.tokens > quick.tokens && quick.epochs > 0);
    assert.ok(quick.natsPerCharacter !== null && standard.natsPerCharacter !== null);
    assert.ok(quick.natsPerCharacter > 0 && quick.natsPerCharacter < 3);
    assert.ok(!existsSync(workshop.modelsFolder), 'it leaves nothing behind');
  });

  it('keeps what is asked for, and counts the time of a budget in steps', async () => {
    const asked = { ...request({ kind: 'steps', steps: 100 }), recipe: { hiddenSize: 64, streams: 8, length: 16 } };
    const [only] = await forecast(asked, surroundings());
    assert.equal(only!.architecture.hiddenSize, 64);
    assert.equal(only!.tokens, 100 * 8 * 16);
    assert.ok(only!.seconds > 0 && only!.seconds < 60);
  });

  it('is given up when that is wished', async () => {
    const giveUp = new AbortController();
    const given = { ...surroundings(), signal: giveUp.signal };
    await assert.rejects(
      forecast(request(minutes(1)), given, () => giveUp.abort()),
      { name: 'AbortError' },
    );
  });
});
