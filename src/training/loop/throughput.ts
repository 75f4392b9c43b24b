import type { StepResult } from '../../engine/engine';
import type { ProgressEvent } from '../record/events';
import type { Clock } from './clock';

/** Milliseconds between two readings. */
const interval = 250;

/** Sums up the steps between two progress events. */
export class Throughput {
  private steps = 0;
  private tokens = 0;
  private seconds = 0;
  private loss = 0;
  private gradientNorm = 0;
  private since: number;

  constructor(private readonly now: Clock) {
    this.since = now();
  }

  /** There is something to tell, and the last reading is a while ago. */
  get isDue(): boolean {
    return this.steps > 0 && this.now() - this.since >= interval;
  }

  /** @param seconds - that the step took */
  add({ loss, gradientNorm }: StepResult, tokens: number, seconds: number): void {
    this.steps++;
    this.tokens += tokens;
    this.seconds += seconds;
    this.loss += loss;
    this.gradientNorm += gradientNorm;
  }

  /** Means since the last reading; starts over. */
  read(): Pick<ProgressEvent, 'loss' | 'gradientNorm' | 'tokensPerSecond'> {
    const reading = {
      loss: this.loss / this.steps,
      gradientNorm: this.gradientNorm / this.steps,
      tokensPerSecond: this.tokens / Math.max(1e-9, this.seconds),
    };
    this.steps = this.tokens = this.seconds = this.loss = this.gradientNorm = 0;
    this.since = this.now();
    return reading;
  }
}
