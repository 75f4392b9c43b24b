import type { ModelContent, ModelStanding, ToModelPage } from '../../protocol/modelPage';
import { hasType } from '../page/messages';
import type { Taking } from '../page/store';

/** Everything that the page knows. */
export interface ModelSnapshot {
  readonly content: ModelContent;
  readonly standing: ModelStanding;
}

const types: Readonly<Record<ToModelPage['type'], true>> = { content: true, standing: true };

/** Whether a message is one of the editor's: whatever else is posted to the page is none of its business. */
export function isToModelPage(message: unknown): message is ToModelPage {
  return hasType(message, types);
}

/** How the page takes in what the editor says: what comes replaces what was there. */
export const modelTaking: Taking<ModelSnapshot, ToModelPage> = {
  advance: (snapshot, message) => {
    switch (message.type) {
      case 'content':
        return { content: message.content, standing: message.standing };
      case 'standing':
        return snapshot === null ? null : { ...snapshot, standing: message.standing };
      default:
        message satisfies never;
        return snapshot;
    }
  },
  subject: (snapshot) => (snapshot?.content.kind === 'model' ? snapshot.content.model.description.id : undefined),
};
