import assert from 'node:assert/strict';
import { isToModelPage } from '../../../../src/panel/model/messages';
import { defaultPreferences } from '../../../../src/panel/page/preferences';
import { type PageState, Store } from '../../../../src/panel/page/store';
import { isToPanel, panelTaking } from '../../../../src/panel/run/messages';
import type { PanelSnapshot, ToPanel } from '../../../../src/protocol/panel';
import { progressAt, runWith, started } from '../runs';

const snapshot: PanelSnapshot = {
  run: runWith({}),
  live: true,
  elsewhere: null,
  preparing: null,
  failure: null,
  effort: 'full',
  activeModel: null,
  earlier: [],
};

describe('the state of the page', () => {
  let frames: (() => void)[];
  let drawn: PageState<PanelSnapshot>[];
  let store: Store<PanelSnapshot, ToPanel>;

  beforeEach(() => {
    frames = [];
    drawn = [];
    store = new Store(
      defaultPreferences,
      panelTaking,
      (state) => drawn.push(state),
      (frame) => frames.push(frame),
    );
  });

  const nextFrame = () => {
    for (const draw of frames.splice(0)) draw();
  };

  it('is drawn once a frame, however much has come', () => {
    store.receive({ type: 'snapshot', snapshot });
    for (let second = 1; second <= 100; second++) store.receive({ type: 'events', events: [progressAt(second)] });
    nextFrame();
    assert.equal(drawn.length, 1);
    assert.equal(drawn[0]?.snapshot?.run?.progress.length, 100);
    nextFrame();
    assert.equal(drawn.length, 1, 'nothing new, nothing drawn');
  });

  it('waits for its first snapshot', () => {
    store.receive({ type: 'events', events: [progressAt(1)] });
    assert.equal(store.state.snapshot, null);
  });

  it('takes nothing from anybody but the editor', () => {
    const foreign: unknown[] = [null, 'snapshot', 7, [], {}, { type: 7 }, { type: 'toString' }, { type: 'webpackOk' }];
    for (const message of foreign) {
      assert.ok(!isToPanel(message) && !isToModelPage(message), JSON.stringify(message));
      assert.equal(
        panelTaking.advance(snapshot, { type: 'other', ...(message as object) } as unknown as ToPanel),
        snapshot,
      );
    }
    assert.ok(isToPanel({ type: 'snapshot', snapshot }) && isToModelPage({ type: 'standing' }));
  });

  it('keeps the zoom within a run and an axis, and drops it with either', () => {
    store.receive({ type: 'snapshot', snapshot });
    store.zoomTo([10, 20]);
    store.receive({ type: 'events', events: [progressAt(30)] });
    store.prefer({ smoothing: 0.5 });
    assert.deepEqual(store.state.zoom, [10, 20]);
    store.prefer({ axis: 'steps' });
    assert.equal(store.state.zoom, null);
    store.zoomTo([10, 20]);
    store.receive({ type: 'events', events: [{ ...started, folder: '/models/other', name: 'other' }] });
    assert.equal(store.state.zoom, null);
  });
});
