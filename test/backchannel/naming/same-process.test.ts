import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IProcessTable, isSameProcess, type ProcessTimes, SystemProcessTable } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const stable = '1970-01-01T00:36:47.580Z';
const started = '2026-11-22T18:35:36.353Z';

/** A table with one process, 7, that was started at these times. */
function tableOf(times: ProcessTimes, isAlive: (pid: number) => boolean = pid => pid === 7): IProcessTable {
  return { isAlive, timesOf: pid => (pid === 7 ? times : {}) };
}

describe('isSameProcess', () => {
  it.each([
    ['the same', stable, true],
    ['in the digits of .NET', '1970-01-01T00:36:47.58+00:00', true],
    ['20 ms later', '1970-01-01T00:36:47.600Z', true],
    ['20 ms earlier', '1970-01-01T00:36:47.560Z', true],
    ['21 ms later', '1970-01-01T00:36:47.601Z', false],
    ['21 ms earlier', '1970-01-01T00:36:47.559Z', false],
  ])('goes by the stable time, within 20 ms: %s', (_what, stableStartedAt, expected) => {
    const table = tableOf({ stableStartedAt: stable, startedAt: started });
    expect(isSameProcess(7, { stableStartedAt }, table)).toBe(expected);
    // Whatever the clock says.
    expect(isSameProcess(7, { stableStartedAt, startedAt: started }, table)).toBe(expected);
    expect(isSameProcess(7, { stableStartedAt, startedAt: '2001-01-01T00:00:00Z' }, table)).toBe(expected);
  });

  it.each([
    ['the same', started, true],
    ['in the digits of .NET', '2026-11-22T18:35:36.3538199+00:00', true],
    ['in another time zone', '2026-11-22T20:35:36.3538199+02:00', true],
    ['in the second after, at its end', '2026-11-22T18:35:37.999Z', true],
    ['in the second before, at its start', '2026-11-22T18:35:35.000Z', true],
    ['two seconds after', '2026-11-22T18:35:38.000Z', false],
    ['two seconds before', '2026-11-22T18:35:34.999Z', false],
  ])('goes by whole seconds of the clock, and one more, where one side has no stable time: %s', (_what, startedAt, expected) => {
    expect(isSameProcess(7, { startedAt, stableStartedAt: null }, tableOf({ stableStartedAt: stable, startedAt: started }))).toBe(expected);
    expect(isSameProcess(7, { startedAt, stableStartedAt: stable }, tableOf({ startedAt: started }))).toBe(expected);
  });

  it.each([[{}], [{ startedAt: null, stableStartedAt: null }], [{ startedAt: '' }]])('goes by the id alone where no time was given: %j', claimed => {
    expect([isSameProcess(7, claimed, tableOf({ startedAt: started })), isSameProcess(8, claimed, tableOf({}))]).toEqual([true, false]);
  });

  // Defect 25: a stop that takes this for a no deletes the socket of a process that runs.
  it.each<[string, Parameters<typeof isSameProcess>[1], ProcessTimes]>([
    ['nothing is known here', { startedAt: started, stableStartedAt: stable }, {}],
    ['each side knows another time', { startedAt: started }, { stableStartedAt: stable }],
    ['the time is not readable', { startedAt: 'yesterday' }, { startedAt: started, stableStartedAt: stable }],
    ['both times are not readable', { startedAt: '36', stableStartedAt: 'NaN' }, { stableStartedAt: stable }],
  ])('does not know when a process has the id, and %s', (_what, claimed, actual) => {
    expect(isSameProcess(7, claimed, tableOf(actual))).toBeUndefined();
  });

  it('says no when there is no such process, whatever was claimed', () => {
    for (const claimed of [{}, { startedAt: started }, { stableStartedAt: stable }])
      expect(isSameProcess(8, claimed, tableOf({ startedAt: started }))).toBe(false);
  });

  it('says no when the process ends between the looks', () => {
    let looks = 0;
    expect(
      isSameProcess(
        7,
        { startedAt: started },
        tableOf({}, () => looks++ === 0),
      ),
    ).toBe(false);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])('says no of %d, which is no process id', pid => {
    expect(isSameProcess(pid, {}, new SystemProcessTable())).toBe(false);
  });

  it('tells a process from its successor in the id, and knows when it is gone', async () => {
    const table = new SystemProcessTable();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid as number;
    try {
      const times = table.timesOf(pid);
      const hourBefore = (time: string | undefined) => time && new Date(Date.parse(time) - 3_600_000).toISOString();
      const predecessor = { startedAt: hourBefore(times.startedAt), stableStartedAt: hourBefore(times.stableStartedAt) };
      const isLinux = process.platform === 'linux';
      expect([isSameProcess(pid, times, table), isSameProcess(pid, predecessor, table)]).toEqual([true, !isLinux]);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    expect(isSameProcess(pid, {}, table)).toBe(false);
  });
});
