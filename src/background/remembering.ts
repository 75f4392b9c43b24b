import type { DocumentText } from '../generation/readText';
import type { MemoryUse } from '../memory/memory';
import type { WarmModel } from './warmModels';

/** What a request wants a model to remember. */
export interface MemoryWish {
  readonly use: MemoryUse;
  /** What is read along; null for nothing. */
  readonly document: DocumentText | null;
  readonly signal: AbortSignal;
}

/** Lends a model as it is for one request: several, each with another use or document, may take turns. */
export async function remembering<T>(
  model: WarmModel,
  { use, document, signal }: MemoryWish,
  task: (model: WarmModel) => Promise<T>,
): Promise<T> {
  const { remembering, writer, chooser } = model;
  if (remembering === null) return task(model);
  const { mixture, documents } = remembering;
  const lend = (predictor: typeof mixture): Promise<T> =>
    task({ ...model, writer: writer.by(predictor), chooser: chooser.by(predictor) });
  if (use !== 'reading along' || document === null) return lend(mixture.view(use));
  return documents.use(document.key, document, signal, (read) => lend(mixture.view(use, read)));
}
