// The part of the WebAssembly interface that the engine uses, typed here because TypeScript keeps it in the DOM's types,
// which this side of the product must not see.

/** A compiled module; it can be posted to a thread. */
declare const compiled: unique symbol;
export interface WasmModule {
  readonly [compiled]: true;
}

export interface WasmMemory {
  /** A new object after each growth. */
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** @throws RangeError when there is no room. */
  grow(pages: number): number;
}

interface WebAssemblyInterface {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
}

/** The run time's WebAssembly. */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;
