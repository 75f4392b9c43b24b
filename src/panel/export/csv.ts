import type { RunHistory } from '../../training/record/run';

const columns = [
  'kind',
  'step',
  'seconds',
  'tokens',
  'training_loss',
  'validation_loss',
  'validation_nats_per_character',
  'gradient_norm',
  'learning_rate',
  'tokens_per_second',
  'best',
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], string | number | boolean>>>;

/** Every number of a run as a table: progress and evaluations in the order of their steps; losses in nats per token. */
export function metricsCsv(run: RunHistory): string {
  const rows: Row[] = [
    ...run.progress.map((event) => ({
      kind: 'progress',
      step: event.step,
      seconds: event.seconds,
      tokens: event.tokens,
      training_loss: event.loss,
      ...(event.gradientNorm === null ? {} : { gradient_norm: event.gradientNorm }),
      learning_rate: event.rate,
      tokens_per_second: event.tokensPerSecond,
    })),
    ...run.evaluations.map((event) => ({
      kind: 'evaluation',
      step: event.step,
      seconds: event.seconds,
      tokens: event.tokens,
      training_loss: event.train,
      validation_loss: event.validation,
      validation_nats_per_character: event.natsPerCharacter,
      learning_rate: event.rate,
      tokens_per_second: event.tokensPerSecond,
      best: event.best,
    })),
  ].sort((a, b) => a.seconds - b.seconds);
  const lines = rows.map((row) => columns.map((column) => String(row[column] ?? '')).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}
