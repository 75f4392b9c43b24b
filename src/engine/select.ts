import type { Architecture } from '../model/architecture';
import { chooseEngine, type ChosenEngine } from './choose';
import { type Engine, EngineUnavailableError } from './engine';
import type { EngineChoice } from './engineNames';
import { type EnginePlaces, engineSources } from './engines';

/** What chooses the engine of a training, once its sizes are known. @throws EngineUnavailableError, later */
export function engineChooser(
  preference: EngineChoice,
  places: EnginePlaces,
): (architecture: Architecture, length: number, streams: number, seconds?: number) => Promise<ChosenEngine> {
  return (architecture, length, streams, seconds) =>
    chooseEngine({ preference, architecture, length, streams, ...(seconds !== undefined && { seconds }), ...places });
}

/**
 * The engine that writes and scores: Textloom's own kernels where they run, which is nearly everywhere, else the first that
 * does.
 * @throws EngineUnavailableError where none does: what stopped the first
 */
export async function readingEngine(places: EnginePlaces, sources = engineSources): Promise<Engine> {
  let first: EngineUnavailableError | undefined;
  for (const source of Object.values(sources)) {
    try {
      return await source.load(places);
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      first ??= error;
    }
  }
  throw first ?? new EngineUnavailableError('wasm', 'No engine can run here.', 'Reinstall Textloom.');
}
