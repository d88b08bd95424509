import { addHealthCheck, BackgroundService, type IHost, IHostTimeline } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { benchOf, failing } from '../../support/hosting-services.js';

expectNoLeaks();

const after = (milliseconds: number, bench: () => ReturnType<typeof benchOf>) => () =>
  new Promise<void>(resolve => void bench().time.createTimer(resolve, undefined, milliseconds, -1));

/** A host whose two services take their time. */
function open() {
  const bench: ReturnType<typeof benchOf> = benchOf(
    {
      a: { start: after(200, () => bench), stop: after(50, () => bench), started: true },
      b: { start: after(100, () => bench), stop: failing('b failed') },
    },
    { options: { servicesStartConcurrently: true } },
  );
  return bench;
}

async function live({ host, time }: ReturnType<typeof benchOf>): Promise<IHost['timeline']> {
  await time.advanceUntilSettled(host.start());
  await time.advanceAsync(1_000);
  await time.advanceUntilSettled(host.stop().catch(() => undefined));
  return host.timeline;
}

describe('the timeline of a host', () => {
  it('has every call, who made it, when it began and ended, and how', async () => {
    await using bench = open();
    const { entries } = await live(bench);
    expect(entries.map(({ name, phase, begin, end, outcome, error }) => [name, phase, begin, end, outcome, error?.message])).toEqual([
      ['IHostLifetime', 'waitForStart', 0, 0, 'done', undefined],
      ['Object', 'starting', 0, 0, 'done', undefined],
      ['Object', 'start', 0, 200, 'done', undefined],
      ['Object-2', 'start', 0, 100, 'done', undefined],
      ['Object', 'started', 200, 200, 'done', undefined],
      ['Object', 'stopping', 1_200, 1_200, 'done', undefined],
      ['Object-2', 'stop', 1_200, 1_200, 'failed', 'b failed'],
      ['Object', 'stop', 1_200, 1_250, 'done', undefined],
      ['Object', 'stopped', 1_250, 1_250, 'done', undefined],
      ['IHostLifetime', 'stopLifetime', 1_250, 1_250, 'done', undefined],
    ]);
  });

  it('is an aligned text, with the start and the stop on scales of their own', async () => {
    await using bench = open();
    expect((await live(bench)).toText().split('\n')).toEqual([
      'start: 200 ms',
      '  IHostLifetime waitForStart     0.0 ms  #',
      '  Object starting                0.0 ms  #',
      `  Object start                   200 ms  ${'#'.repeat(40)}`,
      `  Object-2 start                 100 ms  ${'#'.repeat(20)}`,
      `  Object started                 0.0 ms  ${' '.repeat(39)}#`,
      '',
      'stop: 50 ms',
      '  Object stopping                0.0 ms  #',
      `  Object-2 stop                  0.0 ms  ${'#'.padEnd(40)} failed`,
      `  Object stop                     50 ms  ${'#'.repeat(40)}`,
      `  Object stopped                 0.0 ms  ${' '.repeat(39)}#`,
      `  IHostLifetime stopLifetime     0.0 ms  ${' '.repeat(39)}#`,
    ]);
  });

  it('is a picture that needs nothing else', async () => {
    await using bench = open();
    const svg = (await live(bench)).toSvg();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>\n$/);
    expect(svg.match(/<rect x=/g)).toHaveLength(10);
    expect(svg).toContain('>Object-2 stop</text>');
    expect(svg).toContain('class="time bad">0.0 ms failed</text>');
    expect(svg).not.toMatch(/href|url\(|<script/);
  });

  it('says what runs still', async () => {
    await using bench = open();
    void bench.host.start();
    await bench.time.advanceAsync(150);
    expect(bench.host.timeline.toText()).toContain(`150 ms  ${'#'.repeat(40)} still running`);
  });

  it('has the work in the background, which is in no chart', async () => {
    class Worker extends BackgroundService {
      protected override async execute(): Promise<void> {
        throw new Error('work failed');
      }
    }
    await using bench = benchOf({ worker: () => new Worker() });
    const timeline = await live(bench);
    expect(timeline.entries.find(({ phase }) => phase === 'execute')).toMatchObject({ name: 'Worker', outcome: 'failed', error: { message: 'work failed' } });
    expect(timeline.toText()).not.toContain('execute');
  });

  it('is empty before the host starts, and is a service', async () => {
    await using bench = open();
    expect([bench.host.timeline.entries, bench.host.timeline.toText()]).toEqual([[], '']);
    expect(bench.host.timeline.toSvg()).toContain('</svg>');
    expect(bench.host.services.getService(IHostTimeline)).toBe(bench.host.timeline);
  });
});

describe('the picture of a timeline', () => {
  it('is well-formed whatever a service is called', async () => {
    await using bench = benchOf({}, { configure: ({ services }) => addHealthCheck(services, '<a>&\u0000\u001b', () => undefined) });
    await bench.host.start();
    expect(bench.host.timeline.toSvg()).toContain('>&#60;a&#62;&#38;\ufffd\ufffd start</text>');
    await bench.host.stop();
  });
});

describe('a timeline that is looked at before the start', () => {
  it('is empty, and still counts from the start', async () => {
    await using bench = benchOf({ a: {} });
    expect([bench.host.timeline.toText(), bench.host.timeline.entries]).toEqual(['', []]);
    bench.host.timeline.toSvg();
    await bench.time.advanceAsync(500);
    await bench.host.start();
    expect(bench.host.timeline.entries.map(({ begin }) => begin)).toEqual([0, 0]);
  });
});
