import * as vscode from 'vscode';
import { CancelledError } from './failure';

/** The user went one step back. */
export const back = Symbol('back');

/** Where a pick stands in a row of them. */
export interface Step {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Offers a button that goes one step back. */
  readonly canGoBack: boolean;
}

/** One thing to pick. */
export interface PickRow<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/**
 * Has one thing picked.
 * @throws CancelledError when the user dismisses the list.
 */
export async function pickOne<T>(
  step: Step,
  placeholder: string,
  choices: readonly (PickRow<T> | vscode.QuickPickItem)[],
): Promise<T | typeof back> {
  const pick = vscode.window.createQuickPick<PickRow<T> | vscode.QuickPickItem>();
  pick.items = choices;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  return runStep(pick, step, () => {
    const [chosen] = pick.selectedItems;
    return chosen !== undefined && 'value' in chosen ? chosen.value : undefined;
  });
}

/**
 * Has a line of text typed.
 * @param check what is wrong with a text, in a sentence; undefined where nothing is.
 * @throws CancelledError when the user dismisses the box.
 */
export async function askText(
  step: Step,
  prompt: string,
  value: string,
  check: (value: string) => string | undefined,
): Promise<string | typeof back> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  box.onDidChangeValue((text) => (box.validationMessage = check(text) ?? ''));
  return runStep(box, step, () => {
    box.validationMessage = check(box.value) ?? '';
    return box.validationMessage === '' ? box.value : undefined;
  });
}

/** What a quick pick and an input box have in common. */
type AcceptingInput = vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidAccept' | 'onDidTriggerButton'>;

/**
 * Shows a quick pick or an input box as one step of a row and waits for it.
 * @param accept the value when the user accepts, or undefined where there is none yet and the step stays.
 */
export async function runStep<T>(
  input: AcceptingInput,
  step: Step,
  accept: () => T | undefined,
): Promise<T | typeof back> {
  input.title = step.title;
  if (step.totalSteps > 1) {
    input.step = step.step;
    input.totalSteps = step.totalSteps;
  }
  input.ignoreFocusOut = true;
  input.buttons = step.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  try {
    return await new Promise<T | typeof back>((resolve, reject) => {
      input.onDidAccept(() => {
        const value = accept();
        if (value !== undefined) resolve(value);
      });
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(back);
      });
      input.onDidHide(() => reject(new CancelledError()));
      input.show();
    });
  } finally {
    input.dispose();
  }
}
