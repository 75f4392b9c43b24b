import { UserError } from '../failure';
import type { WritingInterruption } from './documentWriter';

/** Why a text was left as it stands, in one sentence. */
export function interruptionText(reason: Exclude<WritingInterruption, 'read-only'>): string {
  switch (reason) {
    case 'changed':
      return 'Stopped writing: the document was changed. What was written stays.';
    case 'closed':
      return 'Stopped writing: the editor was closed. What was written stays.';
    default:
      return reason satisfies never;
  }
}

/** What is said where nothing can be written. */
export function readOnly(): UserError {
  return new UserError('This editor is read-only: copy the text to a new file and generate there.');
}
