import { element, setAttribute, setText } from './dom';

/** One large number with its name above and a line of small print below. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly details: readonly string[];
  /** The value for a screen reader, where the shown one reads badly. */
  readonly spoken?: string;
}

/** A row of large numbers. */
export class Tiles {
  readonly element = element('dl', { class: 'numbers' });
  private readonly views: TileView[] = [];

  update(tiles: readonly Tile[]): void {
    while (this.views.length < tiles.length) {
      const view = new TileView();
      this.views.push(view);
      this.element.append(view.element);
    }
    for (const [index, tile] of tiles.entries()) this.views[index]?.update(tile);
  }
}

class TileView {
  private readonly name = element('dt');
  private readonly value = element('span', { class: 'value', 'aria-hidden': 'true' });
  private readonly unit = element('span', { class: 'unit', 'aria-hidden': 'true' });
  private readonly spoken = element('span', { class: 'spoken' });
  private readonly details = element('div', { class: 'details' });
  readonly element = element(
    'div',
    { class: 'tile' },
    this.name,
    element('dd', {}, this.value, this.unit, this.spoken, this.details),
  );

  update(tile: Tile): void {
    setText(this.name, tile.name);
    setText(this.value, tile.value);
    setText(this.unit, tile.unit);
    setText(this.spoken, tile.spoken ?? `${tile.value} ${tile.unit}`);
    setAttribute(this.details, 'title', tile.details.join('\n'));
    while (this.details.children.length < tile.details.length) this.details.append(element('div'));
    for (const [index, line] of [...this.details.children].entries()) setText(line, tile.details[index] ?? '');
  }
}
