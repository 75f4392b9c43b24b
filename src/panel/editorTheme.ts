import type { Theme } from './theme';

/** The theme of this moment. */
export function readTheme(): Theme {
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
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
}
