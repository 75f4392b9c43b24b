import * as vscode from 'vscode';
import type { Forecast } from '../../training/forecast/forecast';
import type { Budget } from '../../training/training';
import { askText, type back, type PickRow, runStep, type Step } from '../picks';
import { forecastText } from './forecastText';
import { minutesFault, parseMinutes } from './minutes';

const presets = [
  { label: '$(zap) Quick', minutes: 1, detail: 'A first taste: words and rhythm, little sense.' },
  { label: '$(clock) Standard', minutes: 5, detail: 'The usual choice for some hundred pages of text.' },
  { label: '$(telescope) Thorough', minutes: 30, detail: 'The best from a large corpus, while you do something else.' },
] as const;

/** The budgets that are offered, which a forecast is made for. */
export const offeredBudgets: readonly Budget[] = presets.map(({ minutes }) => ({ kind: 'minutes', minutes }));

/** Finds out what budgets that are offered would come to; tells whenever it knows more, until it is cancelled. */
export type Foresee = (
  tell: (forecasts: readonly Forecast[]) => void,
  token: vscode.CancellationToken,
) => Promise<readonly Forecast[]>;

/** How long to train, and what that was said to come to when it was chosen; null where nothing was said. */
export interface PickedBudget {
  readonly budget: Budget;
  readonly foreseen: Forecast | null;
}

/**
 * Has the user say how long to train. What each offer would come to is filled in as it becomes known, and needn't be
 * waited for. Steps by number are for callers with arguments only.
 */
export async function pickBudget(
  step: Step,
  placeholder: string,
  foresee?: Foresee,
): Promise<PickedBudget | typeof back> {
  const foreseeing = new Foreseeing(foresee);
  try {
    for (;;) {
      const minutes = await pickMinutes(step, placeholder, foreseeing);
      if (typeof minutes === 'symbol') return minutes;
      if (minutes !== 'custom') return picked(minutes, offeredBudgets, foreseeing);
      const typed = await askText({ ...step, canGoBack: true }, 'How many minutes?', '10', minutesFault);
      if (typeof typed !== 'symbol') return picked(parseMinutes(typed), offeredBudgets, foreseeing);
    }
  } finally {
    foreseeing.end();
  }
}

/**
 * Shows what a time that is settled already would come to, which needn't be waited for.
 */
export async function confirmBudget(
  step: Step,
  minutes: number,
  why: string,
  foresee?: Foresee,
): Promise<PickedBudget | typeof back> {
  const foreseeing = new Foreseeing(foresee);
  const label = `$(clock) ${minutesText(minutes)}`;
  try {
    const offers = [{ label, minutes, detail: '' }];
    const answer = await pickAmong(step, why, foreseeing, (known) => choices(offers, known));
    return typeof answer === 'symbol' ? answer : picked(minutes, [{ kind: 'minutes', minutes }], foreseeing);
  } finally {
    foreseeing.end();
  }
}

/** A number of minutes, with the forecast that was made for it; one that was typed may be among those offered, too. */
function picked(minutes: number, offered: readonly Budget[], { forecasts }: Foreseeing): PickedBudget {
  const index = offered.findIndex((budget) => budget.kind === 'minutes' && budget.minutes === minutes);
  return { budget: { kind: 'minutes', minutes }, foreseen: forecasts[index] ?? null };
}

type Answer = number | 'custom';

/** A time that is offered. */
interface Offer {
  readonly label: string;
  readonly minutes: number;
  /** Said of it until more is known. */
  readonly detail: string;
}

function pickMinutes(step: Step, placeholder: string, foreseeing: Foreseeing): Promise<Answer | typeof back> {
  return pickAmong(step, placeholder, foreseeing, (forecasts) => [
    ...choices(presets, forecasts).map((choice, index) => ({
      ...choice,
      description: minutesText(presets[index]?.minutes ?? 0),
    })),
    { label: '$(edit) Other…', description: 'any number of minutes', value: 'custom' },
  ]);
}

async function pickAmong(
  step: Step,
  placeholder: string,
  foreseeing: Foreseeing,
  rows: (forecasts: readonly Forecast[]) => readonly PickRow<Answer>[],
): Promise<Answer | typeof back> {
  const pick = vscode.window.createQuickPick<PickRow<Answer>>();
  pick.matchOnDescription = true;
  const show = (): void => {
    const [active] = pick.activeItems;
    pick.keepScrollPosition = true;
    pick.items = rows(foreseeing.forecasts);
    // One that was filtered out since isn't active any more, though nobody has said so yet.
    if (active !== undefined && isFound(active, pick.value)) {
      pick.activeItems = pick.items.filter(({ value }) => value === active.value);
    }
    pick.busy = foreseeing.isBusy;
    pick.placeholder = foreseeing.isBusy ? `${placeholder} Estimating…` : placeholder;
  };
  show();
  foreseeing.onChange = show;
  try {
    return await runStep(pick, step, () => pick.selectedItems[0]?.value);
  } finally {
    foreseeing.onChange = () => undefined;
  }
}

/** Whether a choice has what was typed to find one. */
function isFound({ label, description = '' }: vscode.QuickPickItem, typed: string): boolean {
  return `${label} ${description}`.toLowerCase().includes(typed.trim().toLowerCase());
}

function choices(offers: readonly Offer[], forecasts: readonly Forecast[]): readonly PickRow<Answer>[] {
  return offers.map(({ label, minutes, detail }, index) => {
    const forecast = forecasts[index];
    return { label, detail: forecast === undefined ? detail : sentence(forecastText(forecast)), value: minutes };
  });
}

function minutesText(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A forecast that is being made while questions are asked. One that fails is done without. */
class Foreseeing {
  forecasts: readonly Forecast[] = [];
  onChange: () => void = () => undefined;
  private readonly cancellation = new vscode.CancellationTokenSource();
  private busy: boolean;

  constructor(foresee: Foresee | undefined) {
    this.busy = foresee !== undefined;
    const making = foresee?.((forecasts) => this.know(forecasts), this.cancellation.token) ?? Promise.resolve([]);
    void making.then(
      (forecasts) => this.finish(forecasts),
      () => this.finish(this.forecasts),
    );
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Gives it up. What it has begun comes to its end without anybody waiting for it here. */
  end(): void {
    this.cancellation.cancel();
    this.cancellation.dispose();
  }

  private know(forecasts: readonly Forecast[]): void {
    this.forecasts = forecasts;
    this.onChange();
  }

  private finish(forecasts: readonly Forecast[]): void {
    this.busy = false;
    this.know(forecasts);
  }
}
