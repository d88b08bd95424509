import { FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { Dashboard } from '../../../src/backchannel/apphost/dashboard.js';
import type { DashboardOptions } from '../../../src/backchannel/apphost/dashboard-options.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { recordedRows } from '../../support/recording-files.js';

expectNoLeaks();

class DashboardScene implements Disposable {
  readonly time = new FakeTimeProvider();
  readonly logger = new FakeLogger();
  readonly stopping = new AbortController();
  readonly signal = new AbortController().signal;
  readonly dashboard: Dashboard;

  constructor(options: DashboardOptions | undefined) {
    this.dashboard = new Dashboard({ options, timeProvider: this.time, logger: this.logger, stopping: this.stopping.signal });
  }

  async answers(): Promise<unknown[]> {
    return [await this.dashboard.urls(this.signal), await this.dashboard.info(this.signal)];
  }

  [Symbol.dispose](): void {
    this.logger[Symbol.dispose]();
    expect(this.time.pendingTimers).toEqual([]);
  }
}

const baseUrl = 'http://localhost:15000';
const unhealthy = [
  { dashboardHealthy: false, baseUrlWithLoginToken: null, codespacesUrlWithLoginToken: null },
  { apiBaseUrl: null, apiToken: null, dashboardUrls: [], isHealthy: false },
];

describe('the dashboard', () => {
  it('is unhealthy at once where there is none', async () => {
    using scene = new DashboardScene(undefined);
    expect(await scene.answers()).toEqual(unhealthy);
  });

  it('is told as the recorded one', async () => {
    const recorded = recordedRows('dashboard/info');
    const resultOf = (method: string) => recorded.find(line => line.for === method).message.result;
    const { apiToken } = resultOf('GetDashboardInfoAsync');
    using scene = new DashboardScene({ baseUrl, apiToken, browserToken: 'b0000000000000000000000000000001' });
    expect(await scene.answers()).toEqual([resultOf('GetDashboardUrlsAsync'), resultOf('GetDashboardInfoAsync')]);
  });

  it.each<[string, DashboardOptions, string, string | null, string, string | null]>([
    ['without tokens', { baseUrl }, baseUrl, null, baseUrl, null],
    ['with an empty token', { baseUrl, browserToken: '' }, baseUrl, null, baseUrl, null],
    ['with slashes at its end', { baseUrl: `${baseUrl}/x//`, browserToken: 'abcd' }, `${baseUrl}/x/login?t=abcd`, null, `${baseUrl}/x`, null],
    ['with a token of signs', { baseUrl, browserToken: 'a&b c' }, `${baseUrl}/login?t=a%26b%20c`, null, baseUrl, null],
    [
      'in Codespaces',
      { baseUrl, browserToken: 'abcd', codespacesUrl: 'https://x-15000.app.github.dev/' },
      `${baseUrl}/login?t=abcd`,
      'https://x-15000.app.github.dev/login?t=abcd',
      baseUrl,
      null,
    ],
    ['in Codespaces at the same address', { baseUrl, codespacesUrl: `${baseUrl}/` }, baseUrl, null, baseUrl, null],
    ['with an API elsewhere', { baseUrl, apiBaseUrl: 'https://localhost:1/', apiToken: 'k' }, baseUrl, null, 'https://localhost:1', 'k'],
  ])('has addresses %s', async (_, options, login, codespaces, api, apiToken) => {
    using scene = new DashboardScene(options);
    expect(await scene.answers()).toEqual([
      { dashboardHealthy: true, baseUrlWithLoginToken: login, codespacesUrlWithLoginToken: codespaces },
      { apiBaseUrl: api, apiToken, dashboardUrls: codespaces === null ? [login] : [login, codespaces], isHealthy: true },
    ]);
  });

  it.each<[string, Partial<DashboardOptions>]>([
    ['no address', { baseUrl: 'S3CRET' }],
    ['nothing', { baseUrl: undefined as never }],
    ['another protocol', { baseUrl: 'ftp://localhost/S3CRET' }],
    ['a login token', { baseUrl: `${baseUrl}/login?t=S3CRET` }],
    ['a password', { apiBaseUrl: 'http://user:S3CRET@localhost' }],
    ['a fragment', { codespacesUrl: `${baseUrl}#S3CRET` }],
  ])('is refused when its address is or has %s, without repeating it', (_, options) => {
    const create = () => new DashboardScene({ baseUrl, ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT', paramName: 'dashboard', message: expect.not.stringContaining('S3CRET') }));
    expect(create).toThrow(`'${Object.keys(options)[0]}' of the dashboard has to be an`);
  });
});

describe('the health of the dashboard', () => {
  it.each([
    ['says no', () => false, 'its health check says so'],
    ['says something else', () => 'yes' as never, 'its health check says so'],
    [
      'throws',
      () => {
        throw new Error('no S3CRET, no entry');
      },
      'its health check failed: no ***, no entry',
    ],
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED')), 'its health check failed: ECONNREFUSED'],
  ])('is bad when its function %s, and the log says so once, without secrets', async (_, isHealthy, reason) => {
    using scene = new DashboardScene({ baseUrl, browserToken: 'S3CRET', isHealthy });
    expect([...(await scene.answers()), ...(await scene.answers())]).toEqual([...unhealthy, ...unhealthy]);
    expect(scene.logger.collector.messages()).toEqual([`The dashboard is not healthy, and clients are told so: ${reason}`]);
  });

  it('is asked anew each time, and the log says when it is good again', async () => {
    let isHealthy = false;
    using scene = new DashboardScene({ baseUrl, isHealthy: async () => isHealthy });
    expect((await scene.dashboard.urls(scene.signal)).dashboardHealthy).toBe(false);
    isHealthy = true;
    expect((await scene.dashboard.info(scene.signal)).isHealthy).toBe(true);
    expect(scene.logger.collector.messages()).toEqual([expect.stringMatching(/^The dashboard is not healthy/), 'The dashboard is healthy again']);
  });

  it('is bad after 2,000 ms without an answer, however many ask, and nobody asks again before that has ended', async () => {
    const ends: ((isHealthy: boolean) => void)[] = [];
    const signals: AbortSignal[] = [];
    const isHealthy = (signal: AbortSignal) => new Promise<boolean>(resolve => (signals.push(signal), ends.push(resolve)));
    using scene = new DashboardScene({ baseUrl, isHealthy });
    const first = scene.dashboard.urls(scene.signal);
    await scene.time.advanceAsync(1_500);
    const second = scene.dashboard.urls(scene.signal);
    await scene.time.advanceAsync(499);
    expect([ends.length, signals[0]!.aborted]).toEqual([1, false]);
    await scene.time.advanceAsync(1);
    expect([await first, await second, await scene.dashboard.urls(scene.signal)]).toEqual([unhealthy[0], unhealthy[0], unhealthy[0]]);
    expect([ends.length, signals[0]!.aborted]).toEqual([1, true]);
    expect(scene.logger.collector.messages()).toEqual([
      'The dashboard is not healthy, and clients are told so: The health check of the dashboard did not finish within 2000 ms.',
    ]);
    ends[0]!(true);
    await scene.time.advanceAsync(1);
    const third = scene.dashboard.urls(scene.signal);
    ends[1]!(true);
    expect((await third).dashboardHealthy).toBe(true);
  });

  it('does not hold up a client that goes', async () => {
    let end = (_: boolean) => undefined as void;
    using scene = new DashboardScene({ baseUrl, isHealthy: () => new Promise<boolean>(resolve => (end = resolve)) });
    const client = new AbortController();
    const answer = expect(scene.dashboard.info(client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    client.abort();
    await answer;
    await expect(scene.dashboard.urls(client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    end(true);
    await scene.time.advanceAsync(1);
    expect(scene.logger.collector.messages()).toEqual([]);
  });

  it('does not hold up the end of the application', async () => {
    let end = (_: boolean) => undefined as void;
    using scene = new DashboardScene({ baseUrl, isHealthy: () => new Promise<boolean>(resolve => (end = resolve)) });
    const answer = scene.dashboard.urls(scene.signal);
    scene.stopping.abort();
    expect(await answer).toEqual(unhealthy[0]);
    expect(scene.logger.collector.messages()).toEqual([]);
    end(true);
    await scene.time.advanceAsync(1);
  });
});
