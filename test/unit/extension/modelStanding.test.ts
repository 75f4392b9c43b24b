import assert from 'node:assert/strict';
import { commandIds, modelStanding } from '../../../src/extension/modelEditor/modelStanding';
import type { ReadPage } from '../../../src/extension/modelEditor/readPage';
import { Session } from '../../../src/extension/session';
import type { ModelPage } from '../../../src/protocol/modelPage';
import { storedHistory } from '../../../src/training/record/history';
import { advanceRun } from '../../../src/training/record/run';
import { sampleDescription, withBest } from '../model/sampleModel';
import { progress, started } from './events';

const folder = '/models/tales';
const everything = new Set<string>(Object.values(commandIds));

function shown(change: Partial<ModelPage> = {}): ReadPage {
  const { tokenizer, ...description } = withBest(sampleDescription('tales'), 10);
  const model: ModelPage = {
    description,
    tokenizer: tokenizer.kind,
    newestFormat: 1,
    place: 'folder',
    history: storedHistory(folder, { ...description, tokenizer }, { metrics: [], samples: [] }),
    source: { paths: ['notes'], include: [], exclude: [] },
    files: [],
    hasWeights: true,
    parameters: 7,
    ...change,
  };
  return { kind: 'model', model };
}

describe('how a model stands in a window', () => {
  it('offers what can be done with a whole model', () => {
    const { active, training, commands } = modelStanding(new Session().state, folder, shown(), everything);
    assert.deepEqual([active, training], [false, null]);
    for (const command of ['use', 'generate', 'continue', 'export', 'reveal', 'delete'] as const) {
      assert.ok(commands.includes(command), command);
    }
    assert.ok(!commands.includes('import') && !commands.includes('showPanel'));
  });

  it('offers only commands that are there', () => {
    const { commands } = modelStanding(new Session().state, folder, shown(), new Set([commandIds.showCard]));
    assert.deepEqual(commands, ['showCard', 'showText']);
  });

  it('knows the model that writes, which need not be chosen', () => {
    const session = new Session();
    session.use({ name: 'tales', folder });
    const { active, commands } = modelStanding(session.state, folder, shown(), everything);
    assert.ok(active && !commands.includes('use'));
  });

  it('lets nothing be done under a training of another window, either', () => {
    const session = new Session();
    const run = advanceRun(null, started({ folder }));
    assert.ok(run);
    session.follow(run, { trainedIn: 'window', machine: null, parent: 1 });
    const { training, commands } = modelStanding(session.state, folder, shown(), everything);
    assert.deepEqual(training, { share: 0, paused: false });
    for (const command of ['continue', 'rename', 'delete'] as const) assert.ok(!commands.includes(command), command);
  });

  it('leads from a model in training to its panel, and lets nothing be done under it', () => {
    const session = new Session();
    session.receive(started({ folder }));
    session.receive(progress({ share: 0.4267 }));
    const { training, commands } = modelStanding(session.state, folder, shown(), everything);
    assert.deepEqual(training, { share: 0.42, paused: false });
    for (const command of ['continue', 'rename', 'delete'] as const) assert.ok(!commands.includes(command), command);
    assert.ok(commands.includes('showPanel'));
    const other = modelStanding(session.state, '/models/other', shown(), everything);
    assert.ok(other.training === null && !other.commands.includes('continue') && other.commands.includes('delete'));
  });

  it('has nothing written by a model without weights, nor trained on without its text', () => {
    const none = modelStanding(new Session().state, folder, shown({ hasWeights: false, source: null }), everything);
    for (const command of ['use', 'generate', 'export', 'continue'] as const)
      assert.ok(!none.commands.includes(command));
  });

  it('imports what is packed', () => {
    const packed = modelStanding(new Session().state, '/mail/tales.textloom', shown({ place: 'pack' }), everything);
    assert.deepEqual(packed.commands, ['import', 'reveal']);
  });

  it('offers what helps where there is no model to show', () => {
    const damaged = (fault: 'newer' | 'damaged' | 'missing'): ReadPage => ({
      kind: 'damaged',
      damage: { fault, title: '', reason: '', advice: '' },
    });
    const of = (fault: 'newer' | 'damaged' | 'missing') =>
      modelStanding(new Session().state, folder, damaged(fault), everything).commands;
    assert.equal(of('newer')[0], 'update');
    assert.ok(of('damaged').includes('delete'));
    assert.deepEqual(of('missing'), []);
  });
});
