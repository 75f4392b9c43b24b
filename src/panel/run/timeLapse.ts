import { element, setAttribute, setText, toolButton } from '../page/dom';

const frameMilliseconds = 700;
const playWords = 'Play from the first sample';

/** A slider through the moments of a run, with a button that plays them. It stays at the newest until it is moved. */
export class TimeLapse {
  readonly element: HTMLElement;
  private readonly slider = element('input', { type: 'range', min: 0, max: 0, step: 1, value: 0 });
  private readonly reading = element('output', { class: 'reading' });
  private readonly play: HTMLElement;
  private timer: ReturnType<typeof setInterval> | null = null;
  private follows = true;

  constructor(private readonly moved: () => void) {
    this.slider.setAttribute('aria-label', 'Moment of training, from noise to prose');
    this.slider.addEventListener('input', () => {
      this.stop();
      this.moveTo(this.index);
    });
    this.play = toolButton('play', playWords, () => this.toggle());
    this.element = element(
      'div',
      { class: 'lapse' },
      this.play,
      element('span', { class: 'lapse-end' }, 'noise'),
      this.slider,
      element('span', { class: 'lapse-end' }, 'prose'),
      this.reading,
    );
  }

  /** The moment that is looked at, counted from the first. */
  get index(): number {
    return this.slider.valueAsNumber;
  }

  /** There are this many moments now. */
  resize(count: number): void {
    const last = Math.max(0, count - 1);
    // Fewer than before: another run, looked at from its newest again.
    if (last < Number(this.slider.max)) this.follows = true;
    this.slider.max = String(last);
    if (this.follows) this.slider.valueAsNumber = last;
  }

  /** Says which moment it is. */
  describe(shown: string, spoken: string): void {
    setText(this.reading, shown);
    setAttribute(this.slider, 'aria-valuetext', spoken);
  }

  private moveTo(index: number): void {
    this.slider.valueAsNumber = index;
    this.follows = index >= Number(this.slider.max);
    this.moved();
  }

  private toggle(): void {
    if (this.timer !== null) {
      this.stop();
      return;
    }
    this.moveTo(0);
    this.show('debug-pause', 'Stop playing');
    this.timer = setInterval(() => {
      this.moveTo(this.index + 1);
      if (this.follows) this.stop();
    }, frameMilliseconds);
  }

  /** What the button does now. */
  private show(icon: string, words: string): void {
    for (const [name, value] of Object.entries({ icon, label: words, title: words })) {
      setAttribute(this.play, name, value);
    }
  }

  private stop(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.show('play', playWords);
  }
}
