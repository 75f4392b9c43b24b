import { say, sayJson } from './terminal';
import { formatCount, formatDuration, formatLoss } from '../base/format';
import { forecast, type Forecast, type ForecastRequest } from '../training/forecast/forecast';
import type { Budget } from '../training/prepare/hyperparameterRequest';
import type { Surroundings } from '../training/prepare/surroundings';

/** `textloom train --forecast`: says what a training would come to, and trains nothing. */
export async function forecastCommand(
  request: ForecastRequest,
  surroundings: Surroundings,
  json: boolean,
): Promise<void> {
  for (const each of await forecast(request, surroundings)) {
    if (json) sayJson(record(each));
    else say(textLine(each));
  }
}

function record({ budget, architecture, ...rest }: Forecast): object {
  const { layers, hiddenSize, embeddingSize } = architecture;
  return { event: 'forecast', budget, layers, hiddenSize, embeddingSize, ...rest };
}

function textLine({ budget, architecture, parameters, tokens, epochs, seconds, natsPerCharacter }: Forecast): string {
  const loss = natsPerCharacter === null ? '' : `about ${formatLoss(natsPerCharacter, 2)} nats per character`;
  const model = `LSTM ${architecture.layers} x ${architecture.hiddenSize}, ${formatCount(parameters)} parameters`;
  const reading = `${formatCount(tokens)} tokens, the text ${epochs.toFixed(1)} times`;
  return `${nameOf(budget).padStart(12)}  ${loss}; ${model}; ${reading}; ${formatDuration(seconds)}`;
}

function nameOf(budget: Budget): string {
  return budget.kind === 'steps' ? `${formatCount(budget.steps)} steps` : `${budget.minutes} min`;
}
