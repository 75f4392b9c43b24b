import assert from 'node:assert/strict';
import { ResponseError } from 'vscode-jsonrpc';
import { generateOptions, trainOptions } from '../../../src/extension/arguments';
import { BackgroundError } from '../../../src/extension/background/backgroundError';
import { actions, CancelledError, describeFailure, UserError } from '../../../src/extension/failure';
import { chooseSeed, writingOptions } from '../../../src/extension/generation/writingOptions';
import { readSettings } from '../../../src/extension/settings';
import { minutesFault, parseMinutes } from '../../../src/extension/training/minutes';
import { noticeOf } from '../../../src/extension/training/notice';
import { budgetOf, hyperparameterRequest } from '../../../src/extension/training/trainOptions';
import { ModelError } from '../../../src/model/modelError';
import { errorCodes } from '../../../src/protocol/background';
import type { TrainingEvent } from '../../../src/training/record/events';
import { advanceRun, type Run } from '../../../src/training/record/run';
import { finished, started } from './events';

function runOf(...events: readonly TrainingEvent[]): Run {
  const run = events.reduce<Run | null>(advanceRun, null);
  assert.ok(run);
  return run;
}

const { settings } = readSettings(() => undefined);

describe('failures', () => {
  it('given up on purpose are silent', () => {
    assert.equal(describeFailure(new CancelledError()).kind, 'silent');
    assert.equal(describeFailure(new ResponseError(errorCodes.cancelled, 'cancelled')).kind, 'silent');
  });

  it('that took many calls along are told by the process itself, once', () => {
    assert.equal(describeFailure(new BackgroundError('ended', 'It ended.')).kind, 'silent');
    const failure = describeFailure(new BackgroundError('start', "It can't be started."));
    assert.ok(failure.kind === 'told' && failure.sentence === "It can't be started.");
  });

  it('of a model keep their sentence', () => {
    const failure = describeFailure(new ModelError('damaged', 'This model is damaged.'));
    assert.ok(failure.kind === 'told' && failure.sentence === 'This model is damaged.');
  });

  it('of the background process keep their sentence and get a fitting action', () => {
    const failure = describeFailure(new ResponseError(errorCodes.corpus, 'There is too little text.'));
    assert.ok(failure.kind === 'told');
    assert.equal(failure.sentence, 'There is too little text.');
    assert.deepEqual(failure.actions, [actions.train]);
  });

  it('that nobody foresaw say so, with the stack for the log', () => {
    const failure = describeFailure(new TypeError('x is not a function'));
    assert.ok(failure.kind === 'told');
    assert.match(failure.sentence, /^Textloom ran into a problem: x is not a function/);
    assert.match(failure.details, /messages\.test/);
  });

  it('are described whatever was thrown', () => {
    const failure = describeFailure('plain');
    assert.ok(failure.kind === 'told' && failure.sentence.endsWith('plain'));
  });
});

describe("the notice of a run's end", () => {
  const baseline = { type: 'baseline', order: 5, natsPerCharacter: 2 } as const;

  it('tells how good the model is and what to do with it', () => {
    const notice = noticeOf(runOf(started(), baseline, finished({ kind: 'completed' }, 1.52)));
    assert.equal(notice?.sentence, 'Trained "tales": 1.52 nats/char, 24% better than the 5-gram baseline. Try it.');
    assert.deepEqual(notice.actions, [actions.tryModel, actions.showPanel]);
  });

  it('says that a model is worse than the baseline', () => {
    assert.equal(
      noticeOf(runOf(started(), baseline, finished({ kind: 'early stop' }, 2.2)))?.sentence,
      'Trained "tales": 2.20 nats/char, 10% worse than the 5-gram baseline. Try it.',
    );
  });

  it('says so where nothing was learned', () => {
    const notice = noticeOf(runOf(started(), finished({ kind: 'stopped' }, null)));
    assert.match(notice!.sentence, /before it had learned anything/);
  });

  it('offers to resume a run that failed', () => {
    const notice = noticeOf(runOf(started(), finished({ kind: 'failed', message: 'The disk is full.' }, 1.5)));
    assert.equal(notice?.kind, 'bad');
    assert.equal(notice.sentence, 'The disk is full.');
    assert.deepEqual(notice.actions[0], {
      title: 'Resume',
      command: 'textloom.continue',
      arguments: ['/models/tales', 0],
    });
  });

  it('stays away where the user has discarded the run, or it goes on', () => {
    assert.equal(noticeOf(runOf(started(), finished({ kind: 'discarded' }, null))), null);
    assert.equal(noticeOf(runOf(started())), null);
  });
});

describe('arguments of commands', () => {
  it('are taken where they are right, and what is absent stays so', () => {
    assert.deepEqual(trainOptions(undefined), {});
    assert.deepEqual(trainOptions({ paths: ['/a'], minutes: 0.5 }), { paths: ['/a'], minutes: 0.5 });
    assert.deepEqual(generateOptions({ temperature: 0, seed: 7 }), { temperature: 0, seed: 7 });
  });

  it('are refused by name where they are wrong', () => {
    assert.throws(
      () => trainOptions({ minutes: 'five' }),
      (error) => {
        return (
          error instanceof UserError && error.message.includes('textloom.train') && error.message.includes('minutes')
        );
      },
    );
    for (const wrong of [{ paths: [] }, { steps: 0 }, { seed: -1 }, { tokenizer: 'x' }, 'text']) {
      assert.throws(() => trainOptions(wrong), UserError);
    }
    assert.throws(() => generateOptions({ temperature: Number.NaN }), UserError);
  });

  it('win over the settings', () => {
    const limited = writingOptions(settings, { words: 7, characters: 'never éè' }, 3);
    assert.equal(limited.stop.words, 7);
    assert.deepEqual(limited.sampling.characters, { kind: 'never', characters: 'éè' });
    const { sampling, stop } = writingOptions(settings, { temperature: 0, stopAt: 'line' }, 3);
    assert.ok(!('words' in stop) && !('characters' in sampling));
    assert.deepEqual(
      [sampling.temperature, sampling.topP, sampling.seed, stop.at, stop.characters],
      [0, 0.95, 3, 'line', 400],
    );
  });

  it('ask the recipe only for what somebody has set', () => {
    assert.deepEqual(hyperparameterRequest(budgetOf({ minutes: 5 }), {}, settings), {
      budget: { kind: 'minutes', minutes: 5 },
      seed: 1,
    });
    const { settings: set } = readSettings((name) => (name === 'training.layers' ? 2 : undefined));
    assert.deepEqual(hyperparameterRequest(budgetOf({ steps: 9 }), { hiddenSize: 64 }, set), {
      budget: { kind: 'steps', steps: 9 },
      hiddenSize: 64,
      layers: 2,
      seed: 1,
    });
  });
});

describe('what a user types', () => {
  it('is a number of minutes with a point or a comma', () => {
    assert.equal(parseMinutes(' 2,5 '), 2.5);
    assert.equal(minutesFault('0.5'), undefined);
    for (const wrong of ['', '0', '-1', 'five', '99999', 'NaN'])
      assert.equal(typeof minutesFault(wrong), 'string', wrong);
  });
});

describe('the seed of a text', () => {
  it('is the one asked for, or a fresh one', () => {
    assert.equal(chooseSeed(0), 0);
    assert.equal(
      chooseSeed(-1, () => 0.5),
      2 ** 30,
    );
  });
});
