/** Whether a message is an object that says to be of one of these types. */
export function hasType(message: unknown, types: Readonly<Record<string, true>>): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return typeof message.type === 'string' && Object.hasOwn(types, message.type);
}
