import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assertBuilt } from './built.mjs';

const byHand = fileURLToPath(new URL('monitor-by-hand.mjs', import.meta.url));

/** The programs that can be compared: what to start, with what behind the home directory. */
export const monitors = {
  hostward: { file: fileURLToPath(new URL('monitor-hostward.mjs', import.meta.url)), args: [] },
  byHand: { file: byHand, args: [] },
  vscodeJsonrpc: { file: byHand, args: ['vscode-jsonrpc/node'] },
};

/**
 * A program that monitors the AppHosts below a home directory, as seen from its parent. It ends with this process.
 *
 * A time is in nanoseconds of the monotonic clock, which all processes share.
 */
export class MonitorProcess {
  /** By the name of the socket file: when it was first shown as connected, and when it was last shown no more. */
  come = new Map();
  gone = new Map();
  /** The names that are shown. */
  shown = new Set();
  /** How often a name was shown again. */
  again = 0;
  /** When this process asked for the program, and when that had been loaded. */
  forked = process.hrtime.bigint();
  begun;
  #child;
  #died;
  #waits = new Set();

  constructor({ file, args }, home, execArgv = []) {
    assertBuilt();
    this.#child = fork(file, [home, ...args], { serialization: 'advanced', execArgv });
    this.#died = once(this.#child, 'exit').then(([code, signal]) => Promise.reject(new Error(`The monitoring program ended with ${code ?? signal}.`)));
    this.#died.catch(() => undefined);
    this.#child.on('message', tidings => 'come' in tidings && this.#take(tidings));
  }

  /** When the last of `count` AppHosts was shown as connected, so that all are. */
  async all(count, seconds = 60) {
    await this.#until(() => this.shown.size >= count, `${count} AppHosts`, seconds);
    return [...this.come.values()].reduce((latest, at) => (at > latest ? at : latest), 0n);
  }

  /** When that AppHost was first shown as connected. */
  async seen(name, seconds = 30) {
    await this.#until(() => this.come.has(name), name, seconds);
    return this.come.get(name);
  }

  /** @param question one of those in tell-monitor.mjs */
  async ask(question) {
    const answered = new Promise(resolve => {
      const take = tidings => {
        if (!('answer' in tidings)) return;
        this.#child.off('message', take);
        resolve(tidings.answer);
      };
      this.#child.on('message', take);
    });
    this.#child.send(question);
    return Promise.race([answered, this.#died]);
  }

  async [Symbol.asyncDispose]() {
    if (this.#child.connected) this.#child.disconnect();
    await this.#died.catch(() => undefined);
  }

  #take({ begun, come, gone }) {
    this.begun = begun;
    for (const { name, at } of come) {
      this.shown.add(name);
      if (this.come.has(name)) this.again++;
      else this.come.set(name, at);
    }
    for (const { name, at } of gone) {
      this.shown.delete(name);
      this.gone.set(name, at);
    }
    for (const check of this.#waits) check();
  }

  async #until(isMet, what, seconds) {
    let check;
    let timer;
    const met = new Promise((resolve, reject) => {
      check = () => isMet() && resolve();
      timer = setTimeout(
        () => reject(new Error(`The monitoring program did not show ${what} within ${seconds} s; it shows ${this.shown.size}.`)),
        seconds * 1_000,
      );
    });
    this.#waits.add(check);
    check();
    try {
      await Promise.race([met, this.#died]);
    } finally {
      this.#waits.delete(check);
      clearTimeout(timer);
    }
  }
}
