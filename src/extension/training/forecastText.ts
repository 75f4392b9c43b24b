import type { Forecast } from '../../training/forecast/forecast';
import { formatLoss } from '../format';

/** A forecast in one line: what would be learned, by which model, from how much reading. */
export function forecastText({ natsPerCharacter, architecture, parameters, epochs }: Forecast): string {
  const loss = natsPerCharacter === null ? 'loss…' : `about ${formatLoss(natsPerCharacter)} nats per character`;
  const model = `LSTM ${architecture.layers} × ${architecture.hiddenSize}, ${shortCount(parameters)} weights`;
  return [loss, model, readings(epochs)].join(' · ');
}

/** "434k", "1.2M": there is little room. */
function shortCount(count: number): string {
  return count < 999_500 ? `${Math.round(count / 1000)}k` : `${(count / 1e6).toFixed(1)}M`;
}

function readings(epochs: number): string {
  if (epochs < 0.995) return `reads ${Math.max(1, Math.round(epochs * 100))}% of it`;
  return `reads it ${epochs < 9.95 ? Number(epochs.toFixed(1)) : Math.round(epochs)} times`;
}
