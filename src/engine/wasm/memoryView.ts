import type { WasmMemory } from './webAssembly';

/** Typed views of a memory that may grow: they are made again only when it has. */
export class MemoryView {
  private buffer: ArrayBufferLike;
  private currentFloats: Float32Array;
  private currentIntegers: Int32Array;
  private currentDoubles: Float64Array;

  constructor(private readonly memory: WasmMemory) {
    this.buffer = memory.buffer;
    this.currentFloats = new Float32Array(this.buffer);
    this.currentIntegers = new Int32Array(this.buffer);
    this.currentDoubles = new Float64Array(this.buffer);
  }

  get floats(): Float32Array {
    this.refresh();
    return this.currentFloats;
  }

  get integers(): Int32Array {
    this.refresh();
    return this.currentIntegers;
  }

  get doubles(): Float64Array {
    this.refresh();
    return this.currentDoubles;
  }

  private refresh(): void {
    if (this.memory.buffer === this.buffer) return;
    this.buffer = this.memory.buffer;
    this.currentFloats = new Float32Array(this.buffer);
    this.currentIntegers = new Int32Array(this.buffer);
    this.currentDoubles = new Float64Array(this.buffer);
  }
}
