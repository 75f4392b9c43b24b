process.on('SIGTERM', () => undefined);
require('./speak').speak({ run: () => null, shutdown: () => undefined });
process.removeAllListeners('disconnect');
setTimeout(() => undefined, 600_000);
