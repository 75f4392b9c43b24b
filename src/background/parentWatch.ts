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

/** A process that may not be signalled is alive; one that doesn't exist is not. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
