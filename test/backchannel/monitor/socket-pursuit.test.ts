import { FakeTimeProvider } from 'hostward/testing';
import type { AppHostSocket } from '../../../src/backchannel/monitor/app-host-socket.js';
import type { SocketState } from '../../../src/backchannel/monitor/auxiliary-backchannel-monitor-contract.js';
import { defaultMonitorOptions, type MonitorOptions } from '../../../src/backchannel/monitor/monitor-options.js';
import { SocketPursuit } from '../../../src/backchannel/monitor/socket-pursuit.js';
import { expectNoLeaks } from '../../support/leak-check.js';

/** A socket whose attempts end as it is told, and the times at which they are made. */
function createScene(options: Partial<MonitorOptions> = {}) {
  const time = new FakeTimeProvider();
  const pursuit = new SocketPursuit({ ...defaultMonitorOptions('/home/u', '/srv'), ...options }, time);
  const attempts: number[] = [];
  const started = time.getTimestamp();
  const fake = { state: 'discovered' as SocketState, connection: undefined, outcome: 'backingOff' as SocketState };
  const socket = Object.assign(fake, {
    tryConnect: async () => {
      attempts.push(time.getElapsedMilliseconds(started));
      enter(fake.outcome);
    },
  }) as unknown as AppHostSocket & typeof fake;
  const enter = (state: SocketState) => {
    fake.state = state;
    pursuit.follow(socket);
  };
  return { time, pursuit, socket, attempts, enter };
}

describe('the pursuit of a socket', () => {
  expectNoLeaks();

  it('tries at once, then after waits that double up to the longest', async () => {
    const { attempts, pursuit, socket, time } = createScene({ retryJitter: 0 });
    pursuit.add(socket);
    await time.advanceAsync(30_000);
    expect(attempts).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 22_700]);
    pursuit[Symbol.dispose]();
    expect(time.pendingTimers).toEqual([]);
  });

  it.each([
    ['all of it', 0, [0, 100, 300, 700, 1_500]],
    ['half of it', 1 - Number.EPSILON, [0, 50, 150, 350, 750, 1_550]],
  ])('leaves half of each wait to chance: %s', async (_share, chance, expected) => {
    const { attempts, pursuit, socket, time } = createScene({ random: () => chance });
    pursuit.add(socket);
    await time.advanceAsync(1_600);
    expect(attempts).toEqual(expected);
    pursuit[Symbol.dispose]();
  });

  it('takes a connection that does not last for a failure: one that is closed at once again and again is tried ever less often', async () => {
    const { attempts, enter, pursuit, socket, time } = createScene({ retryJitter: 0 });
    socket.outcome = 'connected';
    pursuit.add(socket);
    for (const lost of [0, 0, 0]) {
      await time.advanceAsync(lost);
      enter('backingOff');
      await time.advanceAsync(5_000);
    }
    // Each is made the longer after the loss before it.
    expect(attempts).toEqual([0, 100, 5_200, 10_400]);
    pursuit[Symbol.dispose]();
  });

  it('begins with the shortest wait again after a connection that lasted', async () => {
    const { attempts, enter, pursuit, socket, time } = createScene({ retryJitter: 0 });
    pursuit.add(socket);
    await time.advanceAsync(1_000);
    socket.outcome = 'connected';
    await time.advanceAsync(10_500);
    enter('backingOff');
    attempts.length = 0;
    const lostAt = 11_500;
    await time.advanceAsync(1_000);
    expect(attempts).toEqual([lostAt + 100]);
    pursuit[Symbol.dispose]();
  });

  it.each(['orphaned', 'foreign'] as const)('tries what is %s again once a minute only', async state => {
    const { attempts, pursuit, socket, time } = createScene();
    socket.outcome = state;
    pursuit.add(socket);
    await time.advanceAsync(125_000);
    expect(attempts).toEqual([0, 60_000, 120_000]);
    pursuit[Symbol.dispose]();
  });

  it('tries at once what something happened to', () => {
    const { attempts, pursuit, socket } = createScene();
    pursuit.add(socket);
    pursuit.hurry(socket);
    expect(attempts).toEqual([0, 0]);
    socket.outcome = 'connected';
    pursuit.hurry(socket);
    pursuit.hurry(socket);
    expect(attempts).toEqual([0, 0, 0]);
    pursuit[Symbol.dispose]();
  });

  it('tries no more what it was told to let go', async () => {
    const { attempts, enter, pursuit, socket, time } = createScene();
    pursuit.add(socket);
    pursuit.remove(socket);
    enter('backingOff');
    await time.advanceAsync(60_000);
    expect([attempts, time.pendingTimers]).toEqual([[0], []]);
  });
});
