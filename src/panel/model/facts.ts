import { element } from '../page/dom';

/** One thing to know: what it is called, and its value or values. */
export type Fact = readonly [name: string, ...values: readonly (string | Node)[]];

/** Facts as a list of terms and definitions; those without a value are left out. */
export function factList(facts: readonly Fact[]): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...facts
      .map(([name, ...values]) => [name, values.filter((value) => value !== '')] as const)
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) =>
        element('div', {}, element('dt', {}, name), ...values.map((value) => element('dd', {}, value))),
      ),
  );
}
