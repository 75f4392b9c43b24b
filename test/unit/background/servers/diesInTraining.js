const { notify, speak } = require('./speak');
const deaths = { pause: 'SIGKILL', resume: 'SIGSEGV', discard: 'SIGSEGV' };
speak({
  train: ({ folder }) => {
    notify('training', { type: 'started', folder, step: 7 });
    return { folder };
  },
  control: ({ type }) => {
    if (type in deaths) process.kill(process.pid, deaths[type]);
    notify('training', { type: 'finished', step: 9 });
    return null;
  },
});
