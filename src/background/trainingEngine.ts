import { chooseEngine } from '../engine/choose';
import { locateTensorFlow } from '../engine/tensorflow/install/locate';
import { threadsOf } from '../training/loop/allowance';
import type { Surroundings } from '../training/prepare/surroundings';
import type { JobEnvironment } from './threadMessages';

/** What chooses the engine of a training job, by its settings and by what is installed. */
export function engineChooser({ settings, tensorflowFolders }: JobEnvironment): Surroundings['engineFor'] {
  const tensorflowFolder = locateTensorFlow(tensorflowFolders);
  return (architecture, length, streams) =>
    chooseEngine({
      preference: settings.engine,
      architecture,
      length,
      streams,
      kernelFolder: __dirname,
      threads: threadsOf(settings),
      ...(tensorflowFolder !== undefined && { tensorflowFolder }),
    });
}
