/**
 * generation/: a trained model writes. Primes a predictor on a text, draws tokens, decodes them, decides where to stop.
 * Text in, text out, a piece at a time. Nothing here trains, and nothing here knows an editor or a process.
 */
export * from './options';
export * from './prompt';
export * from './writer';
