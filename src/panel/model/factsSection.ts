import {
  formatBytes,
  formatDate,
  formatPercent,
  formatShortCount,
  formatSmall,
  speakDuration,
} from '../../base/format';
import type { Checksum, FromModelPage, ModelPage } from '../../protocol/modelPage';
import { element, toolButton } from '../page/dom';
import { type Fact, factList } from './facts';

/** The hyperparameters of a model's training, its files, and how to know that they are the right ones. */
export class FactsSection {
  private readonly settings = element('div');
  private readonly files = element('div');
  readonly element = element(
    'div',
    { class: 'facts-pair' },
    element(
      'section',
      { 'aria-labelledby': 'settings-title' },
      element('h2', { id: 'settings-title' }, 'Hyperparameters'),
      this.settings,
    ),
    element('section', { 'aria-labelledby': 'files-title' }, element('h2', { id: 'files-title' }, 'Files'), this.files),
  );
  private shown = '';

  constructor(private readonly send: (message: FromModelPage) => void) {}

  update(model: ModelPage, checksum: Checksum): void {
    const key = JSON.stringify([model.description, model.files, checksum]);
    if (key === this.shown) return;
    this.shown = key;
    this.settings.replaceChildren(factList(hyperparameterFacts(model)));
    this.files.replaceChildren(factList(this.fileFacts(model, checksum)));
  }

  private fileFacts({ description, files, newestFormat, hasWeights }: ModelPage, checksum: Checksum): readonly Fact[] {
    const { formatVersion, id, revision, created } = description;
    const format = formatVersion === newestFormat ? `${formatVersion}, the newest` : String(formatVersion);
    return [
      ['Format', format],
      ['Weights saved', revision === 1 ? 'once' : `${formatShortCount(revision)} times`],
      ['Begun', formatDate(created)],
      ['Id', element('code', { class: 'digest' }, id)],
      ['SHA-256 of the weights', hasWeights ? this.digest(checksum) : ''],
      ['Size', ...files.map(({ name, bytes }) => `${name}: ${formatBytes(bytes)}`)],
    ];
  }

  private digest(checksum: Checksum): HTMLElement | string {
    if (checksum === 'computing') return element('span', { class: 'quiet' }, 'is being computed…');
    if (checksum === 'unreadable') return element('span', { class: 'quiet' }, 'not known: the file could not be read');
    const { sha256 } = checksum;
    if (sha256 === null) return '';
    const copy = toolButton('copy', 'Copy the checksum', () => this.send({ type: 'copy', text: sha256 }));
    return element('span', { class: 'digest-line' }, element('code', { class: 'digest' }, sha256), copy);
  }
}

function hyperparameterFacts({ description: { hyperparameters } }: ModelPage): readonly Fact[] {
  const { architecture, budget, dropout, sequenceLength, batchSize } = hyperparameters;
  return [
    [
      'Budget',
      budget.kind === 'steps' ? `${formatShortCount(budget.steps)} steps` : speakDuration(budget.minutes * 60),
    ],
    ['Batches', `${batchSize} streams of ${sequenceLength} tokens`],
    [
      'Peak rate',
      `${formatSmall(hyperparameters.peakLearningRate)}, after a warm-up of ${formatPercent(hyperparameters.warmup)}`,
    ],
    [
      'Dropout',
      dropout.embedding + dropout.hidden === 0
        ? 'none'
        : `${formatSmall(dropout.embedding)} embedding, ${formatSmall(dropout.hidden)} hidden`,
    ],
    ['Weight decay', formatSmall(hyperparameters.weightDecay)],
    ['Clipped at', `norm ${formatSmall(hyperparameters.clipNorm)}`],
    ['Averaged with', `decay ${hyperparameters.averageDecay}`],
    [
      'Embedding',
      architecture.tied ? `${architecture.embeddingSize}, tied to the output` : String(architecture.embeddingSize),
    ],
    ['Scored', `${formatShortCount(hyperparameters.evaluations)} times, patience ${hyperparameters.patience}`],
    ['Seed', String(hyperparameters.seed)],
  ];
}
