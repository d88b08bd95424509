// node bench/app-host-crowd-server.mjs PLAN: the AppHosts of one process of a crowd; see app-host-crowd.mjs, its parent.
//
// They answer as an AppHost of Aspire 13.5 does, from texts that were made before: what is measured is the client, and both share the processors.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

const { home, sockets, first, count, hung, programs } = JSON.parse(process.argv[2]);
const hangingAppHosts = [];
const appHosts = [];

// Sockets are made with 0600.
process.umask(0o177);
mkdirPrivate(sockets);
process.on('exit', () => [...hangingAppHosts, ...appHosts].forEach(({ path }) => rmSync(path, { force: true })));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit());
// The parent has ended, or wants this to end.
process.on('disconnect', () => process.exit());
process.on('message', number => process.send(replace(number)));

const times = readTimes();
process.send({ gone: [], come: Array.from({ length: count }, (_, index) => come((first + index) % programs, index < hung)) });

function replace(number) {
  const gone = Array.from({ length: Math.min(number, appHosts.length) }, goAny);
  return { gone: gone.map(({ name, at }) => ({ name, at })), come: gone.map(({ program }) => come(program, false)) };
}

function come(program, isHung) {
  const file = join(home, 'src', `shop-${program}`, 'Shop.AppHost', 'Shop.AppHost.csproj');
  if (!existsSync(file)) {
    mkdirPrivate(dirname(file));
    writeFileSync(file, '<Project Sdk="Aspire.AppHost.Sdk" />\n');
  }
  const name = `${nameOf(file)}${randomBytes(6).toString('base64url')}.${process.pid}`;
  const path = join(sockets, name);
  const answers = answersOf(file);
  const open = new Set();
  const server = createServer(socket => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    if (isHung) socket.resume();
    else serve(socket, answers);
  });
  server.listen(path);
  // A path is bound and listened on before `listen` returns.
  const at = process.hrtime.bigint();
  (isHung ? hangingAppHosts : appHosts).push({ name, path, program, server, open });
  return { name, at };
}

function goAny() {
  const [{ name, program, server, open }] = appHosts.splice(Math.floor(Math.random() * appHosts.length), 1);
  // Takes the file away, too, before it returns.
  server.close();
  for (const socket of open) socket.destroy();
  return { name, program, at: process.hrtime.bigint() };
}

/** Of the form of an AppHost's identifier; it is another digest. */
function nameOf(file) {
  return createHash('sha256').update(file).digest().subarray(0, 8).toString('base64url');
}

function mkdirPrivate(directory) {
  const umask = process.umask(0);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  process.umask(umask);
}

function serve(socket, answers) {
  let rest = '';
  // A character is a byte: what is not ASCII stands in members that nobody reads here.
  socket.setEncoding('latin1').on('data', text => {
    rest += text;
    let replies = '';
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const body = end + 4;
      const next = body + Number(/Content-Length: *(\d+)/i.exec(rest)[1]);
      if (rest.length < next) break;
      const { id, method } = JSON.parse(rest.slice(body, next));
      rest = rest.slice(next);
      if (id !== undefined && method !== undefined) replies += reply(id, method, answers[method]);
    }
    if (replies !== '') socket.write(replies, 'latin1');
  });
}

function reply(id, method, result) {
  const answer = result ? `"result":${result}` : `"error":{"code":-32601,"message":"No method by the name '${method}' is found."}`;
  const message = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},${answer}}`;
  return `Content-Length: ${message.length}\r\n\r\n${message}`;
}

function answersOf(appHostPath) {
  const { pid } = process;
  const cli = { cliStartedAt: null, cliStableStartedAt: null, cliLogFilePath: null };
  const resources = [{ name: 'web-fmzcdnxn', displayName: 'web', resourceType: 'Project', type: 'Project', state: 'Running', healthStatus: 'Healthy' }];
  const url = 'http://localhost:15000';
  const token = 'b0000000000000000000000000000001';
  return Object.fromEntries(
    Object.entries({
      GetAppHostInformationAsync: { appHostPath, processId: pid, cliProcessId: null, ...times, ...cli },
      GetCapabilitiesAsync: { capabilities: ['aux.v1', 'aux.v2', 'aux.v3', 'terminals.v1'] },
      GetAppHostInfoAsync: {
        pid: String(pid),
        aspireHostVersion: '13.5.2',
        appHostPath,
        cliProcessId: null,
        startedAt: times.startedAt,
        cliLogFilePath: null,
      },
      GetDashboardUrlsAsync: { dashboardHealthy: true, baseUrlWithLoginToken: `${url}/login?t=${token}`, codespacesUrlWithLoginToken: null },
      GetDashboardInfoAsync: { apiBaseUrl: url, apiToken: null, dashboardUrls: [`${url}/login?t=${token}`], isHealthy: true },
      GetDashboardMcpConnectionInfoAsync: null,
      GetResourcesAsync: { resources },
      GetResourceSnapshotsAsync: resources,
      WaitForAppHostReadyAsync: { isReady: true },
      ListTerminalsAsync: { terminals: [] },
    }).map(([method, result]) => [method, JSON.stringify(result)]),
  );
}

/** When this process was started, as both clocks of an AppHost tell it. */
function readTimes() {
  if (process.platform !== 'linux') return { startedAt: new Date(performance.timeOrigin).toISOString(), stableStartedAt: null };
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // The 22nd field, after the program's name in parentheses; in hundredths of a second since the machine was started.
  const sinceBoot = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 10;
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))[1]) * 1_000;
  return { startedAt: new Date(boot + sinceBoot).toISOString(), stableStartedAt: new Date(sinceBoot).toISOString() };
}
