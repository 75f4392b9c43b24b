/** What may stand inside an element: other nodes, and text. */
type Child = Node | string;

/** Attributes by name. `true` is an empty attribute, `false` none. Handlers are added with addEventListener. */
type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element with its attributes and children. No HTML is ever parsed, so text stays text. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) created.setAttribute(name, value === true ? '' : String(value));
  }
  created.append(...children);
  return created;
}

/** A codicon, for eyes only: what it means must be said in words beside it. */
export function icon(name: string): HTMLSpanElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** Sets an element's text, and touches the page only where it differs. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows or hides an element, for eyes and for screen readers. */
export function setShown(target: HTMLElement, shown: boolean): void {
  if (target.hidden === shown) target.hidden = !shown;
}

/** Sets an attribute, and touches the page only where it differs. */
export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** What a push button looks like and does. */
interface ButtonOptions {
  readonly label: string;
  readonly icon: string;
  readonly kind: 'primary' | 'secondary';
  readonly action: () => void;
}

/** A push button with an icon and words. */
export function pushButton(options: ButtonOptions): HTMLElement {
  const button = element(
    'vscode-button',
    { icon: options.icon, secondary: options.kind === 'secondary' },
    options.label,
  );
  button.addEventListener('click', options.action);
  return button;
}

/** A quiet button of a toolbar: an icon whose words are its accessible name and its tooltip. */
export function toolButton(iconName: string, label: string, action: () => void): HTMLElement {
  const button = element('vscode-toolbar-button', { icon: iconName, label, title: label });
  button.addEventListener('click', action);
  return button;
}

/** A drop-down list of a few choices; `chosen` hears the value. */
export function dropDown<Value extends string>(
  label: string,
  choices: Readonly<Record<Value, string>>,
  selected: Value,
  chosen: (value: Value) => void,
): HTMLElement {
  const select = element('vscode-single-select', { label, class: 'drop-down' });
  for (const value of Object.keys(choices) as Value[]) {
    select.append(element('vscode-option', { value, selected: value === selected }, choices[value]));
  }
  select.addEventListener('change', () => chosen(select.value as Value));
  return select;
}
