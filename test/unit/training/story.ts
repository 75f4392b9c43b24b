import { Random } from '../../../src/model/random';

const people = ['the harbour master', 'an old sailor', 'my sister', 'the keeper of the light', 'a boy from the hills'];
const deeds = ['mended the nets', 'counted the boats', 'watched the tide', 'sang to the gulls', 'lit a small lamp'];
const times = ['at dawn', 'before the storm', 'in the long winter', 'when the bells rang', 'that evening'];

/** Free text of a few sentences over and over: easy to learn, so that a small model shows in seconds that it does. */
export function story(characters: number, seed = 1): string {
  const random = Random.seeded(seed, 'story');
  const pick = (from: readonly string[]) => from[random.below(from.length)]!;
  let text = '';
  while (text.length < characters) {
    const sentence = `${pick(times)}, ${pick(people)} ${pick(deeds)}`;
    text += `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.${random.below(4) === 0 ? '\n' : ' '}`;
  }
  return text;
}
