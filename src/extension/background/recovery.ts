import { waitsForMains } from '../../training/record/run';
import { describeFailure, UserError } from '../failure';
import type { Reporter } from '../reporter';
import type { Session } from '../session';
import { resume } from '../training/notice';
import type { TrainingCommands } from '../training/trainingCommands';
import type { Crash } from './backgroundProcess';

/**
 * What is done when the background process has died. A training goes on from its newest checkpoint where it may, and says
 * so in passing; else, and where the user had paused it, the user is told, and has a button for it.
 */
export async function recover(
  { message, training: folder, goesOn }: Crash,
  session: Pick<Session, 'state' | 'fail'>,
  training: Pick<TrainingCommands, 'continue'>,
  reporter: Pick<Reporter, 'tell' | 'mention'>,
): Promise<void> {
  if (folder === null) {
    reporter.tell(new UserError(message));
    return;
  }
  const { run } = session.state;
  const isPaused = run?.phase === 'paused' && !waitsForMains(run);
  const sentence = `${message} Training can continue from the newest checkpoint.`;
  session.fail(sentence, folder);
  if (!goesOn || isPaused) {
    reporter.tell(new UserError(sentence, resume(folder)));
    return;
  }
  try {
    reporter.mention(`${message} Training continues from the newest checkpoint.`);
    await training.continue(folder, 0);
  } catch (error) {
    const failure = describeFailure(error);
    session.fail(failure.kind === 'told' ? failure.sentence : sentence, folder);
    reporter.tell(error, resume(folder));
  }
}
