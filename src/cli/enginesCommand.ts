import { say, sayJson } from './terminal';
import { type Engine, EngineUnavailableError } from '../engine/engine';
import { engineSources } from '../engine/engines';
import { enginePlaces } from './engines';
import { Flags } from './flags';

/** `textloom engines`: loads each engine, and says what it is or why it can't run. */
export async function enginesCommand(args: readonly string[]): Promise<number> {
  const flags = Flags.parse('engines', args, { json: 'switch' });
  if (flags.positionals.length > 0) throw flags.wrong('This command takes no paths.');
  for (const [name, { load }] of Object.entries(engineSources)) {
    const { available, details } = await tryOut(() => load(enginePlaces()));
    if (flags.has('json')) sayJson({ engine: name, available, details });
    else say(`${name.padEnd(12)}${available ? 'ready' : 'not here'}: ${details}`);
  }
  return 0;
}

async function tryOut(load: () => Promise<Engine>): Promise<{ readonly available: boolean; readonly details: string }> {
  try {
    const engine = await load();
    const { details } = engine;
    engine.dispose();
    return { available: true, details };
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return { available: false, details: `${error.message} ${error.remedy}` };
  }
}
