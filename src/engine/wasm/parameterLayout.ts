import { type Architecture, type Parameters, parameterShapes, type Tensor } from '../../model/model';
import type { Bytes, Panels } from './units';

/** Columns of a panel: 16 floats, one cache line. Every dimension is padded to a multiple of it, with zeros. */
export const panelWidth = 16;
/** Bytes of one row of a panel. */
export const lineBytes: Bytes = 64;

/** The next multiple of {@link panelWidth}. */
export function padded(size: number): number {
  return Math.ceil(size / panelWidth) * panelWidth;
}

/** Panels that hold this many columns. */
export function panelCount(size: number): Panels {
  return Math.ceil(size / panelWidth);
}

/** Panels of each width of a model. */
export interface PanelCounts {
  readonly vocabulary: Panels;
  readonly embedding: Panels;
  readonly hidden: Panels;
  readonly gates: Panels;
}

/** Panels of each width. */
export function countPanels({ vocabularySize, embeddingSize, hiddenSize }: Architecture): PanelCounts {
  const hidden = panelCount(hiddenSize);
  return {
    vocabulary: panelCount(vocabularySize),
    embedding: panelCount(embeddingSize),
    hidden,
    gates: 4 * hidden,
  };
}

/** Where one parameter lies in an arena, and how its elements are ordered there. */
interface Placement {
  readonly name: string;
  readonly shape: readonly number[];
  /** First float. */
  readonly offset: number;
  /** Floats, with the padding. */
  readonly size: number;
  /** Float at which row `row` of the parameter starts; a vector has one element a row. */
  readonly rowStart: (row: number) => number;
  /** Floats from one column to the next. */
  readonly columnStep: number;
}

/**
 * How all parameters lie in one contiguous arena of floats; weights, average, gradient and moments have one each.
 * Matrices come first, since only they are decayed. The embedding is row-major; every other matrix lies in panels of 16
 * outputs, [panel][input][16], as the products read it; gates of 16 units stand side by side, panel by panel.
 */
export interface ParameterLayout {
  readonly placements: ReadonlyMap<string, Placement>;
  /** Floats of the matrices, from the start of the arena. */
  readonly matrixFloats: number;
  /** Floats of all. */
  readonly floats: number;
}

/** The layout of a model's parameters. */
export function layOutParameters(architecture: Architecture): ParameterLayout {
  const placements = new Map<string, Placement>();
  const shapes = [...parameterShapes(architecture)];
  const matrices = shapes.filter(([, shape]) => shape.length > 1);
  const vectors = shapes.filter(([, shape]) => shape.length === 1);
  let offset = 0;
  const place = ([name, shape]: readonly [string, readonly number[]]): void => {
    const placement = placeParameter(name, shape, offset, architecture.hiddenSize);
    placements.set(name, placement);
    offset += placement.size;
  };
  matrices.forEach(place);
  const matrixFloats = offset;
  vectors.forEach(place);
  const inOrder = new Map(
    shapes.flatMap(([name]) => placements.get(name) ?? []).map((placed) => [placed.name, placed]),
  );
  return { placements: inOrder, matrixFloats, floats: offset };
}

function placeParameter(name: string, shape: readonly number[], offset: number, hiddenSize: number): Placement {
  const [rows = 0, columns = 1] = shape;
  const width = shape.length > 1 ? padded(columns) : 1;
  if (name === 'embedding.weight') {
    const rowStart = (row: number): number => offset + row * width;
    return { name, shape, offset, size: padded(rows) * width, rowStart, columnStep: 1 };
  }
  const line = name.startsWith('lstm.') ? gateLine(hiddenSize) : (row: number): number => row;
  const paddedRows = name.startsWith('lstm.') ? 4 * padded(hiddenSize) : padded(rows);
  const rowStart = (row: number): number => {
    const at = line(row);
    const lane = at % panelWidth;
    return offset + (at - lane) * width + lane;
  };
  return { name, shape, offset, size: paddedRows * width, rowStart, columnStep: panelWidth };
}

/** Where row `gate * H + unit` of a gate matrix goes: the four gates of 16 units are neighbours. */
function gateLine(hiddenSize: number): (row: number) => number {
  return (row) => {
    const unit = row % hiddenSize;
    const gate = (row - unit) / hiddenSize;
    const lane = unit % panelWidth;
    return 4 * (unit - lane) + gate * panelWidth + lane;
  };
}

/** Writes parameters into an arena, whose padding stays as it is. */
export function writeParameters(layout: ParameterLayout, arena: Float32Array, parameters: Parameters): void {
  for (const { name, shape, rowStart, columnStep } of layout.placements.values()) {
    const data = parameters.get(name)?.data;
    const [rows = 0, columns = 1] = shape;
    if (data?.length !== rows * columns) throw new RangeError(`The parameter "${name}" is missing or of another size.`);
    for (let row = 0, from = 0; row < rows; row++) {
      let to = rowStart(row);
      for (let column = 0; column < columns; column++, to += columnStep) arena[to] = data[from++] ?? 0;
    }
  }
}

/** A copy of an arena as parameters. */
export function readParameters(layout: ParameterLayout, arena: Float32Array): Parameters {
  const parameters = new Map<string, Tensor>();
  for (const { name, shape, rowStart, columnStep } of layout.placements.values()) {
    const [rows = 0, columns = 1] = shape;
    const data = new Float32Array(rows * columns);
    for (let row = 0, to = 0; row < rows; row++) {
      let from = rowStart(row);
      for (let column = 0; column < columns; column++, from += columnStep) data[to++] = arena[from] ?? 0;
    }
    parameters.set(name, { shape, data });
  }
  return parameters;
}
