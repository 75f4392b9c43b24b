import { chooseEngine } from '../engine/choose';
import { locateTensorFlow } from '../engine/tensorflow/install/locate';
import type { ThreadJob } from '../protocol/jobs';
import { threadsOf } from '../training/loop/allowance';
import type { Surroundings } from '../training/prepare/prepare';

/** What chooses the engine of a training job, by its settings and by what is installed. */
export function engineChooser({
  settings,
  tensorflowFolders,
}: Extract<ThreadJob, { kind: 'train' | 'forecast' }>): Surroundings['engineFor'] {
  const tensorflowFolder = locateTensorFlow(tensorflowFolders);
  return (architecture, length, streams, seconds) =>
    chooseEngine({
      preference: settings.engine,
      architecture,
      length,
      streams,
      ...(seconds !== undefined && { seconds }),
      kernelFolder: __dirname,
      threads: threadsOf(settings),
      ...(tensorflowFolder !== undefined && { tensorflowFolder }),
    });
}
