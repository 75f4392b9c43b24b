/**
 * panel/model/: the page of a model that opens as a tab: what it is, how it got there, what it writes, what it was trained on.
 * Charts and samples are those of the panel, drawn from the files of the model. The editor reads them and says when they
 * change; the page asks for what it can't do itself.
 */
// Before all that may ask for the language: charts do as they are loaded.
import '../page/language';

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type { FromModelPage } from '../../protocol/modelPage';
import type { EarlierRun } from '../../protocol/panel';
import { LossSection } from '../charts/lossSection';
import { SmallCharts } from '../charts/smallCharts';
import { element, setShown } from '../page/dom';
import { watchTheme } from '../page/editorTheme';
import { connect } from '../page/host';
import { readPreferences } from '../page/preferences';
import { type PageState, Store } from '../page/store';
import { Tiles } from '../page/tiles';
import { Samples } from '../run/samples';
import { CorpusSection } from './corpusSection';
import { DamageView } from './damageView';
import { FactsSection } from './factsSection';
import { isToModelPage, type ModelSnapshot, modelTaking } from './messages';
import { ModelHeader } from './modelHeader';
import './modelPage.css';
import { modelTiles } from './modelTiles';

/** A model stands for itself: nothing lies beneath its curve. */
const none: readonly EarlierRun[] = [];

const host = connect();
const send: (message: FromModelPage) => void = host.send;
const spoken = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
const announce = (text: string): void => {
  spoken.textContent = text;
};
const store = new Store(readPreferences(host.recall()), modelTaking, draw, (frame) => requestAnimationFrame(frame));
const header = new ModelHeader(send);
const tiles = new Tiles();
const loss = new LossSection({ store, send, announce }, store.state.preferences);
const smallCharts = new SmallCharts((range) => store.zoomTo(range));
const samples = new Samples({ send, compare: (compareSamples) => store.prefer({ compareSamples }) });
const curveless = element('p', { class: 'quiet curveless' }, 'Its curve was not kept: there is no metrics.jsonl.');
const corpus = new CorpusSection();
const facts = new FactsSection(send);
const damage = new DamageView(send);

const card = element(
  'div',
  { class: 'dashboard', hidden: true },
  header.element,
  tiles.element,
  curveless,
  element('div', { class: 'columns' }, loss.element, samples.element, smallCharts.element),
  element('div', { class: 'model-facts' }, corpus.element, facts.element),
);
damage.element.hidden = true;
document.body.append(element('main', {}, card, damage.element), spoken);

/** Brings the page to the state. */
function draw({ snapshot, preferences, zoom }: PageState<ModelSnapshot>): void {
  host.keep(preferences);
  if (snapshot === null) return;
  const { content, standing } = snapshot;
  setShown(card, content.kind === 'model');
  setShown(damage.element, content.kind === 'damaged');
  if (content.kind === 'damaged') {
    damage.update(content.damage, standing);
    return;
  }
  const { model, checksum } = content;
  const { history } = model;
  const view = { run: history, earlier: none, preferences, zoom };
  header.update(model, standing);
  tiles.update(modelTiles(model));
  setShown(curveless, history.evaluations.length === 0);
  setShown(loss.element, history.evaluations.length > 0);
  setShown(smallCharts.element, history.progress.length > 1);
  setShown(samples.element, history.samples.length > 0);
  loss.update(view);
  smallCharts.update(view);
  samples.update(history, preferences.compareSamples);
  corpus.update(model);
  facts.update(model, checksum);
}

watchTheme(() => store.touch());
host.listen((message) => {
  if (isToModelPage(message)) store.receive(message);
});
send({ type: 'ready' });
