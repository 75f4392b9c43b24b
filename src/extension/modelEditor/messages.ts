import * as v from 'valibot';
import type { FromModelPage } from '../../protocol/modelPage';
import { parseFromPanel } from '../panel/messages';

const command = v.object({
  type: v.literal('command'),
  command: v.picklist([
    'use',
    'generate',
    'continue',
    'compare',
    'export',
    'import',
    'rename',
    'duplicate',
    'reveal',
    'delete',
    'showCard',
    'saveCard',
    'showText',
    'showPanel',
    'update',
  ]),
});

/** What a model's page says, checked field by field; null for anything that the protocol doesn't have. */
export function parseFromModelPage(message: unknown): FromModelPage | null {
  const parsed = v.safeParse(command, message);
  if (parsed.success) return parsed.output;
  const shared = parseFromPanel(message);
  switch (shared?.type) {
    case 'ready':
    case 'copy':
    case 'insert':
    case 'save':
      return shared;
    default:
      return null;
  }
}
