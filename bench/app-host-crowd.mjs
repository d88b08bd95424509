import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('app-host-crowd-server.mjs', import.meta.url));

/**
 * Many AppHosts below a home directory that answer at once, in processes without any library. They end with this process, however it ends, and take their sockets with them.
 *
 * A time is in nanoseconds of the monotonic clock, which all processes share: `process.hrtime.bigint()`.
 *
 * @param hung so many of `count` accept connections and never answer; they are never replaced
 * @param perProcess so many AppHosts at most share a process; default: all of them
 * @param programs of so many different files; the further AppHosts are second instances of those. Default: `count`
 * @returns `names` of the socket files that are there; `replace(count)` lets that many AppHosts go and as many come, and resolves with `gone` and `come`, each a list
 *   of `{ name, at }`; disposing it ends all
 */
export async function startCrowd({ home, count, hung = 0, perProcess = Math.max(count, 1), programs = Math.max(count, 1) }) {
  const sockets = join(home, '.aspire/cli/bch');
  const processes = [];
  const crowd = { sockets, processes, names: new Set(), turn: 0, replace: replaceSome, [Symbol.asyncDispose]: endAll };
  try {
    for (let first = 0; first < count; first += perProcess) {
      const own = Math.min(perProcess, count - first);
      const plan = { home, sockets, first, count: own, hung: Math.min(Math.max(hung - first, 0), own), programs };
      processes.push(fork(program, [JSON.stringify(plan)], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
    }
    for (const { come } of await Promise.all(processes.map(tidingsOf))) for (const { name } of come) crowd.names.add(name);
    return crowd;
  } catch (error) {
    await crowd[Symbol.asyncDispose]();
    throw error;
  }
}

async function replaceSome(count) {
  const { processes, names } = this;
  // Evenly, and what is left over to another process each time.
  const shares = processes.map((_, index) => Math.floor(count / processes.length) + (index < count % processes.length ? 1 : 0));
  const turn = this.turn++;
  const answers = processes.map(async (_, index) => {
    const process = processes[(index + turn) % processes.length];
    if (shares[index] === 0) return { gone: [], come: [] };
    process.send(shares[index]);
    return tidingsOf(process);
  });
  const all = await Promise.all(answers);
  const [gone, come] = [all.flatMap(({ gone }) => gone), all.flatMap(({ come }) => come)];
  for (const { name } of gone) names.delete(name);
  for (const { name } of come) names.add(name);
  return { gone, come };
}

async function endAll() {
  await Promise.all(this.processes.map(endProcess));
  // Those of a process that was killed.
  for (const name of this.names) rmSync(join(this.sockets, name), { force: true });
  this.names.clear();
}

/** What a process tells next. While nobody waits for it, it does not keep this process running. */
async function tidingsOf(child) {
  if (!isRunning(child)) throw new Error(`The crowd's process has ended with ${child.exitCode ?? child.signalCode}.`);
  const over = new AbortController();
  const { signal } = over;
  child.ref();
  child.channel?.ref();
  try {
    const died = once(child, 'exit', { signal }).then(([code, killedBy]) => Promise.reject(new Error(`The crowd's process ended with ${code ?? killedBy}.`)));
    const [tidings] = await Promise.race([once(child, 'message', { signal }), died]);
    return tidings;
  } finally {
    over.abort();
    child.unref();
    child.channel?.unref();
  }
}

async function endProcess(child) {
  if (!isRunning(child)) return;
  child.ref();
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  await exited;
}

function isRunning({ exitCode, signalCode }) {
  return exitCode === null && signalCode === null;
}
