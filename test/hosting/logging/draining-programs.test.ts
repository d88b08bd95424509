import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { FixturePrograms } from '../../support/hosting-programs.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const burst = 30_000;
const numbersOf = (text: string) => [...text.matchAll(/Burst\[0\] (\d+) /g)].map(match => Number(match[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

// They start processes, of which several at a time may have to share a processor with others.
jest.setTimeout(30_000);

let programs: FixturePrograms;
let folder: string;

expectNoLeaks();

beforeAll(async () => {
  programs = new FixturePrograms();
  folder = await mkdtemp(join(tmpdir(), 'hostward-'));
});

afterAll(async () => {
  programs[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

describe('a program that logs 3 MiB at its end', () => {
  it('brings all of it to a reader at the other end of a pipe', async () => {
    const { exitCode, stdout } = await programs.run('logs-much');
    expect([exitCode, stdout.length > 3 * 1024 * 1024]).toEqual([0, true]);
    expect(numbersOf(stdout)).toEqual(upTo(burst));
  });

  it('brings all of it to a reader that begins late', async () => {
    await using program = programs.start('logs-much');
    program.child.stdout!.pause();
    await new Promise(resolve => setTimeout(resolve, 1_500));
    program.child.stdout!.resume();
    const { exitCode, stdout } = await program.ended;
    expect([exitCode, numbersOf(stdout).length]).toEqual([0, burst]);
  });

  it('brings all of it to a slow reader also when it has to be ended by force', async () => {
    await using program = programs.start('logs-much', '', 'hang');
    program.child.stdout!.pause();
    await new Promise(resolve => setTimeout(resolve, 1_000));
    program.child.stdout!.resume();
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, numbersOf(stdout).length, stderr]).toEqual([1, burst, expect.stringContaining('The disposal of the services did not finish')]);
  });

  it('ends without a word when its reader has gone', async () => {
    await using program = programs.start('logs-much');
    program.child.stdout!.destroy();
    expect(await program.ended).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });

  it('has written all of it to its file', async () => {
    const file = join(folder, 'orderly.log');
    expect(await programs.run('logs-much', file)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(numbersOf(await readFile(file, 'utf8'))).toEqual(upTo(burst));
  });

  it('has written all of it to its file, each line once and in order, also when it exits in the middle of a write', async () => {
    const file = join(folder, 'exit.log');
    expect(await programs.run('logs-much', file, 'exit')).toMatchObject({ exitCode: 3, stderr: '' });
    expect(numbersOf(await readFile(file, 'utf8'))).toEqual(upTo(burst + 1));
  });
});

describe('programs that log to one file, which each of them puts aside when it is full', () => {
  it('lose no line, and mix none', async () => {
    const directory = join(folder, 'shared');
    const writers = ['a', 'b', 'c'];
    const outcomes = await Promise.all(writers.map(who => programs.run('logs-together', join(directory, 'app.log'), who)));
    expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(writers.map(() => [0, '']));
    const names = await readdir(directory);
    const lines = (await Promise.all(names.map(name => readFile(join(directory, name), 'utf8')))).join('').split('\n').slice(0, -1);
    const expected = writers.flatMap(who => Array.from({ length: 1_500 }, (_, line) => `<6>C[0] ${who}-${line} ${who.repeat(20 + (line % 70))}`));
    expect(names.length).toBeGreaterThan(5);
    expect(lines.sort()).toEqual(expected.sort());
  });
});

describe('a program that logs without end to a reader that stands still', () => {
  it('takes little memory for it, and says what it has dropped', async () => {
    await using program = programs.start('logs-without-end');
    program.child.stdout!.pause();
    await eventually('the end of the flood', () => program.stderr.includes('MiB'));
    program.child.stdout!.resume();
    const { exitCode, stdout, stderr } = await program.ended;
    const lines = stdout.split('\n').slice(0, -1);
    const numbers = lines.flatMap(line => (/ Flood\[0\] (\d+) x+$/.exec(line) ?? []).slice(1)).map(Number);
    const dropped = lines.flatMap(line => (/ hostward\.logging\.console\[0\] (\d+) messages/.exec(line) ?? []).slice(1)).map(Number);
    expect(exitCode).toBe(0);
    expect(numbers.length).toBeGreaterThan(1_000);
    expect(dropped.length).toBeGreaterThan(0);
    expect(numbers.length + dropped.reduce((sum, count) => sum + count, 0)).toBe(40_000);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
    expect(Number(/grown by (-?\d+) MiB/.exec(stderr)![1])).toBeLessThan(40);
  });
});
