import type { LockHolder } from '../training/record/lockOwner';

/** Who trains a model, as it is said: "another window". */
export function trainerText({ trainedIn, machine }: Pick<LockHolder, 'trainedIn' | 'machine'>): string {
  const where = machine === null ? '' : ` on ${machine}`;
  switch (trainedIn) {
    case 'window':
      return `another window${where}`;
    case 'terminal':
      return `a terminal${where}`;
    case null:
      return `another window or terminal${where}`;
    default:
      return trainedIn satisfies never;
  }
}
