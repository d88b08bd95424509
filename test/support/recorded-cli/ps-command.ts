import { type AppHostConnection, capabilities } from 'hostward/backchannel';
import { shortenPaths } from '../../../src/commands/output/short-paths.js';
import { delay } from '../../../src/hosting/time/index.js';
import { type CommandContext, printsJson } from './command-context.js';
import { tableOf } from './tables.js';

/** `ps`: who runs. */
export async function ps({ line, output, connect, time, interruption }: CommandContext): Promise<number> {
  const connection = await connect();
  const appHost = await report(connection);
  if (line.options['follow']) {
    output.jsonLine(appHost);
    // It looks again after each change, and prints nothing that it has printed.
    if (JSON.stringify(await report(connection)) !== JSON.stringify(appHost)) throw new Error('It changed.');
    await delay(-1, { timeProvider: time, signal: interruption }).catch(() => undefined);
  } else if (printsJson(line)) {
    output.json([appHost]);
  } else {
    output.say('Scanning for running AppHosts...');
    output.result(tableOf(['Path', 'Status', 'SDK', 'PID', 'CLI PID', 'Dashboard'], [toRow(appHost)]));
  }
  return 0;
}

type Report = Awaited<ReturnType<typeof report>>;

/** An AppHost as `ps --format json` shows it. */
async function report(connection: AppHostConnection) {
  const { information } = connection;
  const info = await connection.getAppHostInfo();
  const urls = await connection.getDashboardUrls();
  const logFilePath = info?.cliLogFilePath ?? information?.cliLogFilePath;
  return {
    appHostPath: info?.appHostPath || information?.appHostPath || null,
    appHostPid: info ? Number(info.pid) : (information?.processId ?? null),
    status: 'running',
    sdkVersion: connection.supports(capabilities.v2) ? (info?.aspireHostVersion ?? null) : null,
    cliPid: info?.cliProcessId ?? information?.cliProcessId ?? null,
    dashboardUrl: urls?.baseUrlWithLoginToken ?? null,
    ...(logFilePath && { logFilePath }),
  };
}

function toRow({ appHostPath, appHostPid, status, sdkVersion, cliPid, dashboardUrl }: Report): readonly string[] {
  const path = appHostPath ?? '-';
  const shown = [shortenPaths([path]).get(path), status, sdkVersion, appHostPid, cliPid, dashboardUrl];
  return shown.map(value => String(value ?? '-'));
}
