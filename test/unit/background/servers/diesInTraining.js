const { notify, speak } = require('./speak');
speak({
  train: ({ folder }) => {
    notify('training', { type: 'started', folder, step: 7 });
    return { folder };
  },
  control: ({ type }) => {
    if (type === 'pause') process.kill(process.pid, 'SIGKILL');
    notify('training', { type: 'finished', step: 9 });
    return null;
  },
});
