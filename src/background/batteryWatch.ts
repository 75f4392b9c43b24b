/** How often the battery is looked at, milliseconds. */
const usualInterval = 20_000;

/** Whether the machine runs on its battery now. */
export type ReadBattery = () => Promise<boolean>;

/** Asks the system. A machine without a battery, or one that doesn't say, is on the mains. */
export async function readBattery(): Promise<boolean> {
  // A large library, loaded by those who ask only.
  const { battery } = await import('systeminformation');
  const { hasBattery, acConnected } = await battery();
  return hasBattery && !acConnected;
}

/**
 * Tells when the machine goes over to its battery and when it is back on the mains, which it is taken to be on at first,
 * until the returned function is called.
 */
export function watchBattery(
  onChange: (isDraining: boolean) => void,
  read: ReadBattery = readBattery,
  interval = usualInterval,
): () => void {
  let known = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const isDraining = await read().catch(() => known);
    if (ended) return;
    if (isDraining !== known) onChange(isDraining);
    known = isDraining;
    timer = setTimeout(() => void look(), interval);
    timer.unref();
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
