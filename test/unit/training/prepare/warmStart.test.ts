import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { parameter } from '../../../../src/model/architecture';
import { readModel } from '../../../../src/model/modelFolder';
import { TrainingControls } from '../../../../src/training/loop/controls';
import { train } from '../../../../src/training/loop/train';
import { prepareTraining } from '../../../../src/training/prepare/prepare';
import { readSnapshot } from '../../../../src/training/record/progress';
import { story } from '../story';
import { small, TrainingFixture } from '../trainingFixture';

describe('a warm start', () => {
  let workshop: TrainingFixture;
  beforeEach(() => (workshop = new TrainingFixture()));
  afterEach(() => workshop.dispose());

  it('begins where the other model left off, with new symbols added', async () => {
    const first = await workshop.prepare(150);
    await train(first, new TrainingControls());
    const ancestor = await readModel(first.folder);
    const text = story(6000, 7).replaceAll('z', 'ž').replaceAll('boats', 'bøats');
    const recipe = { ...small, budget: { kind: 'steps', steps: 30 } } as const;
    const request = { ...workshop.newTraining(recipe, 'heir', text), from: first.folder };
    const job = await prepareTraining(request, workshop.surroundings);
    const { description, start } = job;
    const [old, grown] = [ancestor.description.tokenizer, description.tokenizer];
    assert.ok(old.kind === 'char' && grown.kind === 'char');
    assert.deepEqual(grown.symbols, [...old.symbols, 'ø']);
    assert.equal(description.architecture.hiddenSize, ancestor.description.architecture.hiddenSize);
    // From before it learned its unseen text, which is the new model's, too.
    const { scored } = (await readSnapshot(first.folder))!;
    const before = parameter(scored!, 'embedding.weight').data;
    assert.notDeepEqual(before, parameter(ancestor.parameters, 'embedding.weight').data);
    assert.deepEqual(parameter(start.state.parameters, 'embedding.weight').data.slice(0, before.length), before);
    const head = parameter(start.state.parameters, 'head.weight').data;
    const added = head.subarray(parameter(ancestor.parameters, 'head.weight').data.length);
    assert.ok(added.length > 0 && added.every((weight) => weight === 0), 'the new symbol is not expected anywhere');
    workshop.events.length = 0;
    await train(job, new TrainingControls());
    assert.match(
      workshop.told('note')[0]!.message,
      /Starts from the weights of "tale", whose vocabulary gets 1 new token\./,
    );
    const [evaluation] = workshop.told('evaluation');
    assert.ok(evaluation!.validation < ancestor.description.best!.natsPerToken + 0.3, 'it knows what it knew');
    assert.notEqual(job.folder, first.folder);
  });
});
