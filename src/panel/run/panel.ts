/**
 * panel/run/: the page that shows a training run. Everything on it is drawn from one state (store.ts), which the editor fills: a
 * snapshot when the page appears, then training events. What the user does goes to the editor as a message or changes how the
 * state is looked at. Nothing here trains, reads a file or reaches the network; colours come from the editor's theme alone.
 */
// Before all that may ask for the language: charts do as they are loaded.
import '../page/language';

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type { FromPanel, PanelSnapshot } from '../../protocol/panel';
import { LossSection } from '../charts/lossSection';
import { SmallCharts } from '../charts/smallCharts';
import { element, setShown } from '../page/dom';
import { watchTheme } from '../page/editorTheme';
import { connect } from '../page/host';
import { readPreferences } from '../page/preferences';
import { type PageState, Store } from '../page/store';
import { Announcer } from './announcer';
import { EmptyState } from './emptyState';
import { Header } from './header';
import { LanguageTable } from './languageTable';
import { isToPanel, panelTaking } from './messages';
import { Numbers } from './numbers';
import './panel.css';
import { Samples } from './samples';

const host = connect();
const send: (message: FromPanel) => void = host.send;
const store = new Store(readPreferences(host.recall()), panelTaking, draw, (frame) => requestAnimationFrame(frame));
const announcer = new Announcer();
const header = new Header(send);
const numbers = new Numbers();
const loss = new LossSection({ store, send, announce: (text) => announcer.say(text) }, store.state.preferences);
const smallCharts = new SmallCharts((range) => store.zoomTo(range));
const languages = new LanguageTable();
const samples = new Samples({ send, compare: (compareSamples) => store.prefer({ compareSamples }) });
const empty = new EmptyState(send);

const dashboard = element(
  'div',
  { class: 'dashboard', hidden: true },
  header.element,
  numbers.element,
  element('div', { class: 'columns' }, loss.element, samples.element, smallCharts.element, languages.element),
);
empty.element.hidden = true;
document.body.append(element('main', {}, dashboard, empty.element), announcer.element);

/** What the page shows now. */
let drawn: PageState<PanelSnapshot> | null = null;

/** Brings the page to the state. Every part touches only what differs, and a zoom comes to the charts alone. */
function draw(state: PageState<PanelSnapshot>): void {
  const { snapshot, preferences, zoom } = state;
  const isSame = snapshot === drawn?.snapshot && preferences === drawn.preferences;
  drawn = state;
  host.keep(preferences);
  if (snapshot === null) return;
  const { run } = snapshot;
  setShown(dashboard, run !== null);
  setShown(empty.element, run === null);
  if (run === null) {
    empty.update(snapshot);
    return;
  }
  const view = { run, earlier: snapshot.earlier, preferences, zoom };
  loss.update(view);
  smallCharts.update(view);
  if (isSame) return;
  header.update(run, snapshot);
  numbers.update(run);
  languages.update(run, preferences.unit);
  samples.update(run, preferences.compareSamples);
  if (snapshot.live || run.phase === 'finished') announcer.update(run, Date.now());
}

watchTheme(() => store.touch());
host.listen((message) => {
  if (isToPanel(message)) store.receive(message);
});
send({ type: 'ready' });
