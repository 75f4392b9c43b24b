import type { ModelContent, ModelStanding, ToModelPage } from '../../protocol/modelPage';
import type { Taking } from '../store';

/** Everything that the page knows. */
export interface ModelSnapshot {
  readonly content: ModelContent;
  readonly standing: ModelStanding;
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
        return message satisfies never;
    }
  },
  subject: (snapshot) => (snapshot?.content.kind === 'model' ? snapshot.content.model.description.id : undefined),
};
