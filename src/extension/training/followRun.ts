import * as vscode from 'vscode';
import type { BackgroundProcess } from '../background/backgroundProcess';
import { UserError } from '../failure';
import type { Models } from '../models/models';
import type { Reporter } from '../reporter';
import type { Session } from '../session';
import { noticeOf } from './notice';

/** Tells the session how the run of the background process goes, and the user, once, how it ended. */
export function followRun(
  session: Session,
  background: BackgroundProcess,
  models: Models,
  reporter: Reporter,
): vscode.Disposable {
  const recalling = background.onEarlier((run) => session.remember(run));
  const listening = background.onTraining((event) => {
    session.receive(event);
    if (event.type !== 'finished') return;
    void reporter.attempt(() => conclude(session, models, reporter));
  });
  return vscode.Disposable.from(recalling, listening);
}

async function conclude(session: Session, models: Models, reporter: Reporter): Promise<void> {
  const { run } = session.state;
  if (run === null) return;
  const hasModel = run.finished?.outcome.kind !== 'discarded' && (run.finished?.natsPerCharacter ?? null) !== null;
  if (hasModel) await models.use({ name: run.started.name, folder: run.started.folder });
  else await models.active();
  const notice = noticeOf(run);
  if (notice === null) return;
  if (notice.kind === 'bad') reporter.tell(new UserError(notice.sentence, ...notice.actions));
  else reporter.notify(notice.sentence, ...notice.actions);
}
