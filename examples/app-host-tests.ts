// expect: the Api answers
// expect: the Worker works on after a restart
// expect: a command that there is not is an error that says which there are
// A whole test file against an AppHost, for the test runner of Node.js. With Jest and Vitest, `before` and `after` are `beforeAll` and `afterAll`.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AppHost } from 'hostward/backchannel';

let program: ChildProcess;
let appHost: AppHost;

before(async () => {
  program = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'app-host.ts')], { stdio: 'ignore' });
  appHost = await AppHost.connect({ pid: program.pid! });
  await appHost.waitFor('Api', 'healthy', { timeout: 20_000 });
});

after(async () => {
  try {
    await appHost.stop({ timeout: 10_000, force: true });
  } finally {
    // Without a connection, nobody could tell it to stop.
    program.kill('SIGKILL');
  }
});

void test('the Api answers', async () => {
  const response = await fetch(`http://127.0.0.1:${await portOf('Api')}`);
  assert.equal(await response.text(), 'hello\n');
});

void test('the Worker works on after a restart', async () => {
  const signal = AbortSignal.timeout(10_000);
  const lines = appHost.logs('Worker', { follow: true, tail: 0, signal });
  const next = lines.next();
  await appHost.execute('Worker', 'restart');
  await appHost.waitFor('Worker', 'up', { timeout: 10_000 });
  for (let line = await next; ; line = await lines.next()) if (line.done || line.value.text.includes('job 1 done')) break;
  await lines.return?.();
});

void test('a command that there is not is an error that says which there are', async () => {
  await assert.rejects(appHost.execute('Worker', 'polish'), { code: 'ERR_RESOURCE_COMMAND', message: /It offers: .*restart/ });
});

async function portOf(name: string): Promise<string> {
  for await (const { text } of appHost.logs(name, { follow: true, signal: AbortSignal.timeout(10_000) })) {
    const [, port] = /port (\d+)/.exec(text) ?? [];
    if (port !== undefined) return port;
  }
  throw new Error(`${name} does not say on which port it listens.`);
}
