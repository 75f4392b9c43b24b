require('./speak').speak({
  run: () => null,
  survey: () => undefined, // never answers
  generate: () => process.kill(process.pid, 'SIGKILL') && undefined,
});
