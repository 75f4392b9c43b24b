// The way imports may point is held by eslint.config.mjs; this holds that none go round in a circle, those of types included.

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [{ name: 'no-circle', severity: 'error', from: {}, to: { circular: true } }],
  options: {
    doNotFollow: { path: 'node_modules' },
    // AssemblyScript, which its own compiler reads.
    exclude: { path: '^src/engine/wasm/kernels/' },
    tsPreCompilationDeps: true,
  },
};
