// Stands for an editor that is killed: forks the background process, starts a training, and prints what happens.
//   node parent.js MODULE INITIALIZE TRAIN   (the last two as JSON)
const { fork } = require('node:child_process');
const [modulePath, initialize, train] = process.argv.slice(2);

const child = fork(modulePath, [], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
const requests = [
  { method: 'initialize', params: { ...JSON.parse(initialize), parent: process.pid } },
  { method: 'train', params: JSON.parse(train) },
];
requests.forEach((request, id) => child.send({ jsonrpc: '2.0', id, ...request }));
child.on('message', ({ method, params }) => {
  if (method === 'training') process.stdout.write(`${JSON.stringify({ child: child.pid, event: params })}\n`);
});
