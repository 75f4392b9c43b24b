/**
 * model/: what a model IS. Its architecture, its parameters by name, its initial weights, its file format and the folder
 * that holds it on disk. Nothing here computes a loss, reads a corpus or knows an engine, an editor or a process:
 * every other folder may import this one, and this one imports none of them. What needs no file system comes from here;
 * modelFolder.ts, checkpoint.ts and what they are made of are imported by name.
 */
export * from './architecture';
export * from './batch';
export * from './hyperparameters';
export * from './initialParameters';
export * from './random';
export * from './tokenizerDescription';
