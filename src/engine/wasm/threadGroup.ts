/** What a group is told to do; each thread does its part. */
export type Command = 'attach' | 'detach' | 'derive' | 'train' | 'inspect' | 'evaluate';

const commands: readonly Command[] = ['attach', 'detach', 'derive', 'train', 'inspect', 'evaluate'];

/** Words of the control block. */
const word = {
  sequence: 0,
  command: 1,
  trainer: 2,
  arrived: 3,
  generation: 4,
  failed: 5,
  integers: 6,
  beats: 11,
} as const;
const integerCount = 5;
const numbersAt = 64;
const numberCount = 8;

/** How often a thread looks before it goes to sleep: some tens of microseconds. */
const spins = 2000;

/** Milliseconds that thread 0 sleeps at a barrier before it looks whether the others are still at work. */
const watch = 1000;

/** Milliseconds without a sign of life from any other thread after which thread 0 takes the others for dead. */
const usualTimeout = 120_000;

/**
 * The threads that work on a step together, seen from one of them. They share a control block: a command with its
 * arguments, and a barrier that all of them pass at the same time. Thread 0 is the caller's; the others wait for it.
 */
export class ThreadGroup {
  private readonly words: Int32Array;
  /** Whole-number arguments of the command. */
  readonly integers: Int32Array;
  /** Other arguments of the command. */
  readonly numbers: Float64Array;

  constructor(
    readonly control: ArrayBuffer | SharedArrayBuffer,
    readonly rank: number,
    readonly size: number,
    private readonly timeout = usualTimeout,
  ) {
    this.words = new Int32Array(control, 0, word.beats + 1);
    this.integers = this.words.subarray(word.integers, word.integers + integerCount);
    this.numbers = new Float64Array(control, numbersAt, numberCount);
  }

  /** A control block; shared where there is more than one thread. */
  static control(size: number): ArrayBuffer | SharedArrayBuffer {
    const bytes = numbersAt + 8 * numberCount;
    return size > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }

  /** First of `count` things that is this thread's. */
  startOf(count: number): number {
    return Math.floor((count * this.rank) / this.size);
  }

  /** How many of `count` things are this thread's, from {@link startOf} on. */
  countOf<Count extends number>(count: Count): Count {
    return (Math.floor((count * (this.rank + 1)) / this.size) - this.startOf(count)) as Count;
  }

  /** Thread 0: sets the others to work on a command. Their part ends at the barrier that {@link finish} passes. */
  announce(command: Command, trainer: number): void {
    this.words[word.command] = commands.indexOf(command);
    this.words[word.trainer] = trainer;
    if (this.size === 1) return;
    Atomics.add(this.words, word.sequence, 1);
    Atomics.notify(this.words, word.sequence);
  }

  /** Other threads: sleeps until a command after number `seen` is announced; its number. */
  awaitCommand(seen: number): number {
    this.awaitChange(word.sequence, seen);
    return Atomics.load(this.words, word.sequence);
  }

  /** The command announced. */
  get command(): Command {
    return commands[this.words[word.command] ?? 0] ?? 'detach';
  }

  /** The trainer that the command is for. */
  get trainer(): number {
    return this.words[word.trainer] ?? 0;
  }

  /** Whether a thread has failed: the group does nothing any more. */
  get hasFailed(): boolean {
    return Atomics.load(this.words, word.failed) !== 0;
  }

  /** A sign of life, given now and then between two barriers. */
  beat(): void {
    if (this.rank !== 0) Atomics.add(this.words, word.beats, 1);
  }

  /**
   * Waits until every thread has come here.
   * @throws Error when another thread has failed, before or while this one waits.
   */
  barrier(): void {
    if (this.size === 1) return;
    const generation = Atomics.load(this.words, word.generation);
    // After the generation, which a failure changes as well: one that comes later ends the wait.
    this.throwIfFailed();
    this.beat();
    if (Atomics.add(this.words, word.arrived, 1) === this.size - 1) {
      Atomics.store(this.words, word.arrived, 0);
      Atomics.add(this.words, word.generation, 1);
      Atomics.notify(this.words, word.generation);
    } else if (this.rank === 0) {
      this.awaitOthers(generation);
    } else {
      this.awaitChange(word.generation, generation);
    }
    this.throwIfFailed();
  }

  /** Says that this thread can't go on, so that nobody waits for it. */
  fail(): void {
    Atomics.store(this.words, word.failed, 1);
    Atomics.add(this.words, word.generation, 1);
    Atomics.notify(this.words, word.generation);
  }

  private throwIfFailed(): void {
    if (this.hasFailed) throw new Error('A thread of the built-in engine has failed.');
  }

  /**
   * Thread 0 hears of a thread's death only once it is back in its event loop, so it doesn't wait for ever. It counts short
   * sleeps and not the time that has passed: a process that was stopped for a while finds all of its threads alive.
   */
  private awaitOthers(generation: number): void {
    if (this.hasChanged(word.generation, generation)) return;
    const nap = Math.min(watch, this.timeout);
    let beats = Atomics.load(this.words, word.beats);
    for (let silent = 0; silent < this.timeout;) {
      const woken = Atomics.wait(this.words, word.generation, generation, nap);
      if (Atomics.load(this.words, word.generation) !== generation) return;
      // Called too late, for the barrier before this one: who called was held up after it had let this thread pass.
      if (woken !== 'timed-out') continue;
      const now = Atomics.load(this.words, word.beats);
      silent = now === beats ? silent + nap : 0;
      beats = now;
    }
    this.fail();
  }

  private awaitChange(index: number, value: number): void {
    if (this.hasChanged(index, value)) return;
    while (Atomics.load(this.words, index) === value) Atomics.wait(this.words, index, value);
  }

  /** Whether a word changes soon. */
  private hasChanged(index: number, value: number): boolean {
    for (let spin = 0; spin < spins; spin++) if (Atomics.load(this.words, index) !== value) return true;
    return false;
  }
}
