import { join } from 'node:path';
import * as v from 'valibot';
import { readJsonLines } from '../../model/jsonLines';
import { modelFiles } from '../../model/modelFiles';
import type { EarlierRun } from '../../protocol/panel';
import type { ModelReference } from '../session';

/** More runs than this make a chart that nobody can read. */
const maximumRuns = 4;

const evaluation = v.object({ seconds: v.number(), natsPerCharacter: v.number() });

/** The curves of other models, in the order given, as far as they have any; what can't be read is left out. */
export async function earlierRuns(models: readonly ModelReference[]): Promise<readonly EarlierRun[]> {
  const runs = await Promise.all(models.slice(0, 2 * maximumRuns).map(readRun));
  return runs.filter((run) => run.curve.length > 1).slice(0, maximumRuns);
}

async function readRun({ name, folder }: ModelReference): Promise<EarlierRun> {
  const lines = await readJsonLines(join(folder, modelFiles.metrics)).catch(() => []);
  const curve = lines.flatMap((line) => {
    const parsed = v.safeParse(evaluation, line);
    return parsed.success ? [[parsed.output.seconds, parsed.output.natsPerCharacter] as const] : [];
  });
  return { name, folder, curve };
}
