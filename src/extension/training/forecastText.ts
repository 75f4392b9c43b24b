import { formatLoss, formatPercent, formatShortCount } from '../../base/format';
import type { Forecast } from '../../training/forecast/forecast';

/** A forecast in one line: what would be learned, by which model, from how much reading. */
export function forecastText({ natsPerCharacter, architecture, parameters, epochs }: Forecast): string {
  const loss = natsPerCharacter === null ? 'loss…' : `about ${formatLoss(natsPerCharacter, 2)} nats per character`;
  const model = `LSTM ${architecture.layers} × ${architecture.hiddenSize}, ${formatShortCount(parameters)} weights`;
  return [loss, model, readings(epochs)].join(' · ');
}

function readings(epochs: number): string {
  if (epochs < 0.995) return `reads ${formatPercent(Math.max(0.01, epochs))} of it`;
  return `reads it ${epochs < 9.95 ? Number(epochs.toFixed(1)) : Math.round(epochs)} times`;
}
