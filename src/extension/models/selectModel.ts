import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatLoss, plural } from '../../base/format';
import { asItWrites } from '../../model/asItWrites';
import { actions, UserError } from '../failure';
import { pickOne, type PickRow } from '../picks';
import type { ModelReference } from '../session';
import type { Models, ReadableModel } from './models';

/**
 * Has one of the models picked: one that can write, or one of those given.
 * @throws UserError where there is none; CancelledError when the list is dismissed.
 */
export async function pickModel(
  models: Models,
  title: string,
  placeholder: string,
  given?: readonly ReadableModel[],
): Promise<ModelReference> {
  const candidates = given ?? (await models.usable());
  if (candidates.length === 0) throw noModel();
  const active = await models.active();
  const step = { title, step: 1, totalSteps: 1, canGoBack: false };
  const picked = await pickOne(
    step,
    placeholder,
    candidates.map((model) => modelChoice(model, active?.folder === model.folder)),
  );
  if (typeof picked === 'symbol') throw noModel();
  return picked;
}

/** What is said where a model is needed and there is none. */
export function noModel(): UserError {
  return new UserError('There is no model yet: train one on your text first.', actions.train);
}

function modelChoice({ description, folder }: ReadableModel, isActive: boolean): PickRow<ModelReference> {
  const { name, corpus, created } = description;
  const reached = asItWrites(description);
  const quality = reached === null ? 'no weights yet' : `${formatLoss(reached.natsPerCharacter)} nats per character`;
  return {
    value: { name, folder },
    label: isActive ? `$(check) ${name}` : name,
    description: quality,
    detail: `${plural(corpus.summary.files, 'file')} · ${new Date(created).toLocaleString()} · ${vscode.workspace.asRelativePath(dirname(folder))}`,
  };
}
