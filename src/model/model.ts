/**
 * model/: what a model IS. Its architecture, its parameters by name, its birth weights, its file format and the folder
 * that holds it on disk. Nothing here computes a loss, reads a corpus or knows an engine, an editor or a process:
 * every other folder may import this one, and this one imports none of them.
 */
export * from './architecture';
export * from './random';
export * from './initialParameters';
export * from './recipe';
export * from './tokenizerDescription';
