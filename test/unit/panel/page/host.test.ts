import fc from 'fast-check';
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { feedMilliseconds, PanelFeed } from '../../../../src/extension/panel/feed';
import { parseFromPanel } from '../../../../src/extension/panel/messages';
import { pageHtml } from '../../../../src/extension/panel/page';
import { Session } from '../../../../src/extension/session';
import { panelTaking } from '../../../../src/panel/run/messages';
import type { FromPanel, PanelSnapshot, ToPanel } from '../../../../src/protocol/panel';
import { advanceRun, type Run } from '../../../../src/training/record/run';
import { evaluationAt, progressAt, runWith, started } from '../runs';

describe('messages from the page', () => {
  const valid: readonly FromPanel[] = [
    { type: 'ready' },
    { type: 'control', control: { type: 'pause' } },
    { type: 'control', control: { type: 'scale rate', factor: 0.5 } },
    { type: 'control', control: { type: 'extend', minutes: 5 } },
    { type: 'command', command: 'train' },
    { type: 'continue', minutes: 5 },
    { type: 'continue', minutes: 0 },
    { type: 'command', command: 'saveCard' },
    { type: 'insert', text: 'O rose' },
    { type: 'copy', text: '' },
    { type: 'save', file: 'chart.svg', content: '<svg/>' },
  ];

  it('pass when the protocol has them', () => {
    for (const message of valid) assert.deepEqual(parseFromPanel(message), message);
  });

  it('are refused when it does not', () => {
    const wrong: unknown[] = [
      null,
      'ready',
      {},
      { type: 'eval', code: '1' },
      { type: 'control' },
      { type: 'control', control: { type: 'shutdown' } },
      { type: 'control', control: { type: 'scale rate', factor: Infinity } },
      { type: 'control', control: { type: 'scale rate', factor: '2' } },
      { type: 'control', control: { type: 'extend', minutes: -5 } },
      { type: 'command', command: 'workbench.action.terminal.new' },
      { type: 'continue', minutes: 0.01 },
      { type: 'continue', minutes: -1 },
      { type: 'insert', text: 7 },
      { type: 'insert', text: 'x'.repeat(100_001) },
      { type: 'save', file: '../../.bashrc', content: '' },
    ];
    for (const message of wrong) assert.equal(parseFromPanel(message), null, JSON.stringify(message));
  });

  it('never throw, whatever is sent', () => {
    fc.assert(fc.property(fc.anything(), (message) => void parseFromPanel(message)));
  });
});

describe('the page', () => {
  const html = pageHtml({ script: 's.js', style: 's.css', icons: 'i.css', source: 'https://source', nonce: 'NONCE' });

  it('lets in its own script, style and font, and nothing else', () => {
    assert.match(
      html,
      /content="default-src 'none'; script-src 'nonce-NONCE'; style-src https:\/\/source; font-src https:\/\/source"/,
    );
    assert.doesNotMatch(html, /unsafe|\son\w+=|style=/);
    assert.equal(html.match(/<script /g)?.length, 1);
  });
});

describe('the feed', () => {
  let session: Session;
  let sent: ToPanel[];
  let feed: PanelFeed;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    session = new Session();
    sent = [];
    feed = new PanelFeed(session, (message) => sent.push(message));
  });

  afterEach(() => {
    feed.dispose();
    mock.timers.reset();
  });

  /** The run as the page has it after all that was sent. */
  const shown = () =>
    sent.reduce<Run | null>(
      (run, message) => (message.type === 'snapshot' ? message.snapshot.run : message.events.reduce(advanceRun, run)),
      null,
    );

  it('says nothing before the page asks, then everything', () => {
    session.receive(started);
    mock.timers.tick(1000);
    assert.deepEqual(sent, []);
    feed.start();
    assert.deepEqual(sent, [
      {
        type: 'snapshot',
        snapshot: {
          run: runWith({}),
          live: true,
          elsewhere: null,
          preparing: null,
          failure: null,
          effort: 'full',
          activeModel: null,
          earlier: [],
        },
      },
    ]);
  });

  it('gathers events into at most ten messages a second, and loses none', () => {
    feed.start();
    session.receive(started);
    mock.timers.tick(feedMilliseconds);
    const before = sent.length;
    for (let index = 1; index <= 200; index++) {
      session.receive(progressAt(index / 100));
      mock.timers.tick(10);
    }
    mock.timers.tick(feedMilliseconds);
    const messages = sent.slice(before);
    assert.ok(messages.length <= 21, `${messages.length} messages in two seconds`);
    assert.ok(messages.every((message) => message.type === 'events'));
    assert.deepEqual(shown(), session.state.run);
  });

  it('sends what changes beside the run without the run', () => {
    session.remember(runWith({ evaluations: [evaluationAt(5, 2)] }));
    feed.start();
    const surroundings = {
      live: false,
      elsewhere: null,
      preparing: null,
      failure: null,
      effort: 'full',
      activeModel: null,
    } as const;
    for (const preparing of ['Reading files', 'Reading files: 3 of 7']) {
      session.prepare(preparing);
      mock.timers.tick(feedMilliseconds);
      assert.deepEqual(sent.at(-1), { type: 'events', events: [], surroundings: { ...surroundings, preparing } });
    }
    assert.equal(sent.filter(({ type }) => type === 'snapshot').length, 1);
    session.receive(progressAt(6));
    mock.timers.tick(feedMilliseconds);
    assert.deepEqual(sent.at(-1), {
      type: 'events',
      events: [progressAt(6)],
      surroundings: { ...surroundings, live: true },
    });
    session.receive(progressAt(7));
    mock.timers.tick(feedMilliseconds);
    assert.deepEqual(sent.at(-1), { type: 'events', events: [progressAt(7)] });
    const whole = sent.reduce<PanelSnapshot | null>(panelTaking.advance, null);
    assert.deepEqual([whole?.live, whole?.preparing, whole?.run], [true, null, session.state.run]);
  });

  it('sends a snapshot when the run is another', () => {
    feed.start();
    const last = () => sent.at(-1);
    const restored = runWith({ evaluations: [evaluationAt(5, 2)] });
    session.remember(restored);
    session.receive(progressAt(6));
    mock.timers.tick(feedMilliseconds);
    assert.deepEqual(shown(), session.state.run);
    session.fail('The background process ended.', null);
    mock.timers.tick(feedMilliseconds);
    const message = last();
    assert.equal(message?.type === 'events' && message.surroundings?.failure, 'The background process ended.');
  });

  it('is silent while the page is hidden', () => {
    feed.start();
    session.receive(started);
    feed.stop();
    const before = sent.length;
    session.receive(progressAt(1));
    mock.timers.tick(1000);
    assert.equal(sent.length, before);
    feed.start();
    assert.deepEqual(shown(), session.state.run);
  });

  it('leaves the shown run out of those it is compared with', () => {
    session.receive(started);
    feed.start();
    const other = { name: 'other', folder: '/models/other', curve: [] };
    feed.compareWith([{ name: 'verse', folder: started.folder, curve: [] }, other]);
    const message = sent.at(-1);
    assert.deepEqual(message?.type === 'snapshot' && message.snapshot.earlier, [other]);
  });
});
