import { delay, type ITimer, type TimeSpan } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { read } from './pages.js';

const picture = read('docs/time.svg');
/** What the picture says to those who cannot see it. */
const [, description] = /<desc[^>]*>(.*)<\/desc>/.exec(picture) ?? [];

describe('docs/time.svg', () => {
  it('is a small picture without a script', () => {
    expect(picture.length).toBeLessThan(15_000);
    expect(picture).not.toMatch(/<script|\bon\w+=/);
  });

  it.each<[string, (time: FakeTimeProvider) => unknown]>([
    ['time.advance(30)', time => time.advance(30)],
    ['await time.advanceAsync(30)', time => time.advanceAsync(30)],
  ])('shows what %s does', async (title, move) => {
    expect(description).toContain(await describeLoop(title, move));
  });
});

/** What happens to a loop of three delays while the clock is moved, in the words of scripts/draw-time.mjs. */
async function describeLoop(title: string, move: (time: FakeTimeProvider) => unknown): Promise<string> {
  const [fired, turns] = [[] as string[], [] as string[]];
  class Watched extends FakeTimeProvider {
    override createTimer<S>(callback: (state: S) => void, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
      const due = now() + Number(dueTime);
      const watching = (value: S) => {
        fired.push(`the timer that is due at ${due} fires at ${now()}`);
        callback(value);
      };
      return super.createTimer(watching, state, dueTime, period);
    }
  }
  const time = new Watched();
  const start = time.getUtcNowMilliseconds();
  const now = () => time.getUtcNowMilliseconds() - start;
  let hasReturned = false;
  void (async () => {
    for (let turn = 1; turn <= 3; turn++) {
      await delay(10, { timeProvider: time });
      turns.push(`turn ${turn} runs at ${now()}${hasReturned ? ', after the call' : ''}`);
    }
  })();
  const moving = move(time);
  if (moving instanceof Promise) await moving;
  hasReturned = true;
  await new Promise(resolve => setImmediate(resolve));
  const pending = time.pendingTimers.map(({ dueIn }) => `a timer that is due at ${now() + dueIn} is pending`);
  return `With ${title}, ${[...fired, ...turns, ...pending].join('; ')}; the clock reads ${now()}.`;
}
