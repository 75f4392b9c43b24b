import { isAlive } from '../base/processes';
/** How often the parent is looked for, milliseconds. */
const usualInterval = 2000;

/**
 * Calls back once the process of this id has gone. The channel's `disconnect` tells it sooner, but not where a handle of
 * the channel was inherited by something that lives on.
 */
export function watchParent(parent: number, onGone: () => void, interval = usualInterval): void {
  const timer = setInterval(() => {
    if (isAlive(parent)) return;
    clearInterval(timer);
    onGone();
  }, interval);
  timer.unref();
}
