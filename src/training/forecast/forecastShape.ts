import type { HyperparameterRequest } from '../prepare/hyperparameterRequest';
import type { Forecast } from './forecast';

/**
 * What a request for a training says so that it trains the very model that was foreseen, however fast the machine is by then:
 * left open, the size would be chosen anew by the speed that is measured as it begins.
 */
export function foreseenShape({
  architecture: { hiddenSize, layers, embeddingSize },
}: Pick<Forecast, 'architecture'>): Required<Pick<HyperparameterRequest, 'hiddenSize' | 'layers' | 'embeddingSize'>> {
  return { hiddenSize, layers, embeddingSize };
}
