/**
 * training/: the loop and what belongs to it: hyperparameters, the schedule, evaluation, early stop, checkpoints, resume and the
 * events that a run tells. It asks an engine for steps and a corpus for batches, and writes a model folder. Nothing here
 * computes a gradient, reads a user's file or knows an editor or a process.
 */
export * from './prepare/hyperparameterRequest';
export * from './record/events';
export * from './record/run';
