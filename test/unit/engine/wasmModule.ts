/** Sections of a WebAssembly module that are looked into. */
const codeSection = 10;
const customSection = 0;
/** The part of the custom section "name" that names functions. */
const functionNames = 1;

/** A body without locals: unreachable, end. */
const trap = [3, 0, 0x00, 0x0b];

interface Section {
  readonly id: number;
  /** Its first byte, its first byte of content, and the one after it. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** Indexes of a module's functions, which imports none, by the last part of their names. */
export function functionsOf(bytes: Uint8Array): Map<string, number> {
  const functions = new Map<string, number>();
  const decoder = new TextDecoder();
  for (const { id, content, end } of sectionsOf(bytes)) {
    if (id !== customSection) continue;
    const reader = new Reader(bytes, content);
    if (decoder.decode(reader.bytes(reader.number())) !== 'name') continue;
    while (reader.at < end) {
      const part = reader.number();
      const size = reader.number();
      const next = reader.at + size;
      if (part === functionNames) {
        for (let count = reader.number(); count > 0; count--) {
          const index = reader.number();
          const name = decoder.decode(reader.bytes(reader.number()));
          functions.set(name.slice(name.lastIndexOf('/') + 1), index);
        }
      }
      reader.at = next;
    }
  }
  return functions;
}

/** The same module, but that one function ends every program that calls it. */
export function withTrap(bytes: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const code = sectionsOf(bytes).find(({ id }) => id === codeSection);
  if (code === undefined) throw new TypeError('The module has no functions.');
  const reader = new Reader(bytes, code.content);
  const bodies = Array.from({ length: reader.number() }, () => {
    const start = reader.at;
    reader.bytes(reader.number());
    return bytes.subarray(start, reader.at);
  });
  const content = [...encode(bodies.length), ...bodies.flatMap((body, at) => (at === index ? trap : [...body]))];
  return Uint8Array.of(
    ...bytes.subarray(0, code.start),
    codeSection,
    ...encode(content.length),
    ...content,
    ...bytes.subarray(code.end),
  );
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.number();
    const size = reader.number();
    sections.push({ id, start, content: reader.at, end: reader.at + size });
    reader.at += size;
  }
  return sections;
}

class Reader {
  constructor(
    private readonly source: Uint8Array,
    public at: number,
  ) {}

  /** A number of seven bits a byte. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.source[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  bytes(count: number): Uint8Array {
    this.at += count;
    return this.source.subarray(this.at - count, this.at);
  }
}

function encode(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...encode(value >>> 7)];
}
