/** Colours and font of everything drawn on a canvas, as panel.css derives them from the editor's theme. */
export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly training: string;
  readonly validation: string;
  readonly baseline: string;
  readonly earlier: string;
  /** CSS font families. */
  readonly font: string;
}
