/** Whether a process of this id runs. One that may not be signalled is alive; one that doesn't exist is not. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
