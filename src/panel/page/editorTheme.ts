import type { Theme } from './theme';

/** The theme as it was read last; null once it may be another. */
let known: Theme | null = null;

/**
 * The theme of this moment, the same object until it changes. It is read once: to ask for it makes the browser work out the
 * styles of the whole page, which is too much for every frame.
 */
export function readTheme(): Theme {
  known ??= computedTheme();
  return known;
}

function computedTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string) => styles.getPropertyValue(`--textloom-${name}`).trim();
  return {
    foreground: read('foreground'),
    muted: read('muted'),
    grid: read('grid'),
    background: read('background'),
    training: read('training'),
    validation: read('validation'),
    baseline: read('baseline'),
    earlier: read('earlier'),
    font: read('font'),
  };
}

/** Calls when the editor's theme has changed: it rewrites the variables on the root and the classes of the body. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(() => {
    known = null;
    changed();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
}
