// Takes the lock of the folder that it is given, and keeps it: `node holdsLock.js FOLDER`.
import { lockRun } from '../../src/training/record/runLock';

const [, , folder = '.'] = process.argv;
void lockRun(folder).then(() => setInterval(() => undefined, 1000));
