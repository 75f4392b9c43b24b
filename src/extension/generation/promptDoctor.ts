import type * as vscode from 'vscode';
import { unknownText } from '../../generation/unknownText';
import type { Action } from '../failure';

/** Names the characters of prompts that a model has never seen: each of them once for each model and document. */
export class PromptDoctor {
  private readonly named = new Map<string, Set<string>>();

  constructor(private readonly tell: (sentence: string, offer: Action) => void) {}

  /** Says which of the characters are new to the model and weren't named yet, and offers to teach them. */
  examine(uri: vscode.Uri, folder: string, characters: readonly string[]): void {
    const key = JSON.stringify([folder, uri.toString()]);
    const known = this.named.get(key) ?? new Set<string>();
    this.named.set(key, known);
    const fresh = characters.filter((character) => !known.has(character));
    if (fresh.length === 0) return;
    for (const character of fresh) known.add(character);
    const offer: Action = {
      title: 'Extend the Vocabulary…',
      command: 'textloom.extendVocabulary',
      arguments: [folder, uri],
    };
    this.tell(unknownText(fresh), offer);
  }
}
