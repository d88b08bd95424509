import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectNoLeaks } from '../support/leak-check.js';
import { dashboardRecordings } from './compared-recordings.js';
import { expectedOf } from './differences.js';
import { toPrinted } from './recorded-command.js';
import { isSettled, RunningApplication } from './running-application.js';
import { describeWithCli, setUp } from './setting.js';
import { viewOf } from './views.js';

expectNoLeaks();

describeWithCli('the real aspire CLI and an AppHost that knows of a dashboard', () => {
  jest.setTimeout(60_000);
  const setting = setUp('my-app');
  /** The telemetry of the dashboard, which has none to tell; it notes who asks. */
  const asked: string[] = [];
  const telemetry = createServer(({ url = '', headers }, response) => {
    asked.push(`${new URL(url, 'http://localhost').pathname} ${String(headers['x-api-key'])}`);
    const answer = url.includes('/resources') ? [] : { data: { resourceLogs: [] }, totalCount: 0, returnedCount: 0 };
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
  });
  /** One whose dashboard is not healthy yet, and one whose dashboard is. */
  let starting: RunningApplication;
  let running: RunningApplication;

  beforeAll(async () => {
    telemetry.listen(0, '127.0.0.1');
    await once(telemetry, 'listening');
    const { port } = telemetry.address() as AddressInfo;
    starting = await RunningApplication.start(setting, 'my-app', [], { DASHBOARD: 'starting' });
    running = await RunningApplication.start(setting, 'my-app', isSettled, { DASHBOARD: 'healthy', TELEMETRY: `http://127.0.0.1:${port}` });
  });

  afterAll(async () => {
    await new Promise(resolve => telemetry.close(resolve));
    await running?.[Symbol.asyncDispose]();
    await starting?.[Symbol.asyncDispose]();
  });

  it('gets telemetry where the program says that it is', async () => {
    expect(await running.run(['otel', 'logs'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No logs found') });
    expect(asked).toEqual(['/api/telemetry/resources the key of the API', '/api/telemetry/logs the key of the API']);
  });

  it.each(dashboardRecordings)('%s: prints the same, except for the listed differences', async name => {
    const application = name === 'dashboard/ps-starting' ? starting : running;
    expect(viewOf(name, toPrinted(await application.runRecorded(name)))).toEqual(expectedOf(name));
  });
});
