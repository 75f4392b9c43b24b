// @ts-check
// Takes the place of VS Code's native log writer (@vscode/spdlog) in its browser edition, where that would have to be
// compiled: the same interface, as far as VS Code uses it, over plain appends. Without it output channels stay empty.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = /** @type {const} */ (['trace', 'debug', 'info', 'warning', 'error', 'critical']);

class Logger {
  #file;
  #level = 0;
  #formatted = true;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
  }

  /** @param {number} level */
  setLevel(level) {
    this.#level = level;
  }

  clearFormatters() {
    this.#formatted = false;
  }

  /** @param {string} message */ trace = (message) => this.#write(0, message);
  /** @param {string} message */ debug = (message) => this.#write(1, message);
  /** @param {string} message */ info = (message) => this.#write(2, message);
  /** @param {string} message */ warn = (message) => this.#write(3, message);
  /** @param {string} message */ error = (message) => this.#write(4, message);
  /** @param {string} message */ critical = (message) => this.#write(5, message);

  setPattern() {} // There is one, below.
  flush() {} // Nothing is held back.
  drop() {}

  /**
   * @param {number} level
   * @param {string} message
   */
  #write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    appendFileSync(this.#file, this.#formatted ? `${time} [${levels[level]}] ${message}\n` : message);
  }
}

/**
 * @param {string} _name
 * @param {string} file
 */
async function createLogger(_name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger(file);
}

exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
