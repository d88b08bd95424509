import crypto from 'node:crypto';
import type { Duplex } from 'node:stream';
import { ILoggerFactory, type LogLevel, logLevelNumber, type ServiceCollection, TimeProvider } from 'hostward';
import {
  addAppHost,
  addExecutable,
  addResource,
  AppHostResource,
  type CommandContext,
  type DashboardOptions,
  defineCommand,
  type ExecutableOptions,
  IProcessLauncher,
  IResourceHandle,
  type ResourceUpdate,
} from 'hostward/apphost';
import { IProcessTable } from 'hostward/backchannel';
import { type CapturedLogs, createTestHost, FakeTimeProvider, type TestHost } from 'hostward/testing';
import type { AppHostLogEntry } from '../../src/backchannel/contract/index.js';
import { RawPeer } from '../backchannel/rpc/raw-peer.js';
import { FakeMachine } from './fake-machine.js';
import { ProcessEnvironment } from './process-environment.js';
import { recordedCommands, recordedTools } from './recorded-commands.js';
import { recordedFolder, recordedProgramArguments, recordedPrograms } from './recorded-programs.js';
import type { ReplayTarget } from './recorded-requests.js';

/** The application of the recordings, running on a fake clock. */
export interface RecordedApplication extends ReplayTarget, AsyncDisposable {
  /** What it has logged. */
  readonly logs: CapturedLogs;
}

/** How the application was when a recording was made. */
export interface RecordedSituation {
  /** Default: all resources. */
  readonly model?: 'all' | 'without blocked' | 'empty';
  /** Milliseconds since its start. Default: 10,000. */
  readonly age?: number;
  /** Commands that had been executed: the resource, a blank, the command. */
  readonly before?: readonly string[];
  /** What it takes to start a program, in milliseconds. Default: 20. */
  readonly launchTime?: number;
  /** What had been logged. Default: nothing. */
  readonly logged?: readonly AppHostLogEntry[];
  /** Of the process of the AppHost while it starts. Default: no variable in particular. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: that of most recordings. */
  readonly appHostPath?: string;
  /** Whether the AppHost was stopped when it ended the connection. Default: false. */
  readonly isStoppedFromOutside?: boolean;
  /** Default: there is none. */
  readonly dashboard?: DashboardOptions;
}

/** Starts the application that was recorded, declared with our API. */
export async function startRecordedApplication(situation: RecordedSituation = {}): Promise<RecordedApplication> {
  using _environment = new ProcessEnvironment({ ...noCli, ...situation.environment });
  using _names = meaninglessNames();
  const {
    model = 'all',
    age = 10_000,
    before = [],
    launchTime = 20,
    logged = [],
    appHostPath = `${recordedFolder}/MyApp.AppHost.csproj`,
    dashboard,
  } = situation;
  const time = new FakeTimeProvider({ start: new Date('2026-11-22T18:44:35Z') });
  const machine = new FakeMachine(time);
  const host: TestHost = createTestHost(({ services }) => {
    services.addSingleton(TimeProvider, time).addSingleton(IProcessLauncher, recordedPrograms(time, launchTime));
    machine.register(services);
    services.addSingleton(IProcessTable, { isAlive: () => true, timesOf: () => recordedTimes });
    addAppHost(services, { appHostPath, homeDirectory: FakeMachine.home, ...(dashboard && { dashboard }) });
    if (model !== 'empty') addRecordedResources(services, time, model === 'all');
  });
  await host.start();
  const stopping = host.host.waitForShutdown();
  await time.advanceAsync(age);
  for (const command of before) await execute(host, machine, command);
  log(host, logged);
  return {
    time,
    logs: host.logs,
    connect: () => openStream(machine),
    ...(situation.isStoppedFromOutside && { hangUp: () => host.stop() }),
    translate: bytes => withInstanceName(bytes, host),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await stopping;
    },
  };
}

/** Instances get names of letters in which no filter of a recording is found: by chance one is, now and then. */
function meaninglessNames(): Disposable {
  const { randomInt } = crypto;
  const spy = jest.spyOn(crypto, 'randomInt').mockImplementation((max: number) => max - 1 - randomInt(3));
  return { [Symbol.dispose]: () => spy.mockRestore() };
}

/** Executes a command of a resource, which is named as it was declared. */
async function execute({ services, time }: TestHost, machine: FakeMachine, command: string): Promise<void> {
  const [declared, commandName] = command.split(' ') as [string, string];
  const { name } = services.getRequiredKeyedService(AppHostResource, declared);
  const peer = new RawPeer(await openStream(machine));
  peer.send({ jsonrpc: '2.0', id: 1, method: 'ExecuteResourceCommandAsync', params: [{ resourceName: name, commandName }] });
  // As long as the longest of them goes on by itself.
  await time.advanceAsync(2_000);
  const { result } = await peer.next();
  peer.stream.destroy();
  if (!result?.success) throw new Error(`${command}: ${result?.message}`);
}

/** The frame with the name of an instance of ours in the place of a recorded one. */
function withInstanceName(frame: Buffer, { services }: TestHost): Buffer {
  const text = frame.toString();
  if (!/"replicated-[a-z]{8}"/.test(text)) return frame;
  const { name } = services.getRequiredKeyedService(AppHostResource, 'replicated-1');
  const body = text.slice(text.indexOf('\r\n\r\n') + 4).replace(/"replicated-[a-z]{8}"/, JSON.stringify(name));
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Writes entries as if the program had. */
function log({ services }: TestHost, entries: readonly AppHostLogEntry[]): void {
  const loggers = services.getRequiredService(ILoggerFactory);
  const levels = Object.keys(logLevelNumber) as LogLevel[];
  for (const { categoryName, logLevel, eventId, message } of entries) {
    const level = levels.find(name => logLevelNumber[name] === logLevel)!;
    loggers.createLogger(categoryName).log(level, { id: eventId.id, ...(eventId.name !== null && { name: eventId.name }) }, undefined, '{Message}', message);
  }
}

/** Whoever runs the tests, no aspire CLI has started them. */
const noCli = { ASPIRE_CLI_PID: undefined, ASPIRE_CLI_STARTED: undefined, ASPIRE_CLI_STARTED_STABLE: undefined, ASPIRE_CLI_LOG_FILE: undefined };

const recordedTimes = { startedAt: '2026-11-22T18:35:36.353Z', stableStartedAt: '1970-01-01T00:36:47.580Z' };

/** In the recorded order. */
function addRecordedResources(services: ServiceCollection, time: FakeTimeProvider, withBlocked: boolean): void {
  addParameters(services);
  addPrograms(services, withBlocked);
  addResource(services, 'ext', {
    resourceType: 'ExternalService',
    urls: [{ url: 'https://example.com/' }],
    properties: { 'resource.source': 'example.com' },
  });
  addReplicas(services);
  let isHealthy = true;
  const toggleHealth = ({ services: all }: CommandContext) => {
    isHealthy = !isHealthy;
    all.getRequiredKeyedService(IResourceHandle, 'custom').update({ health: isHealthy ? healthy : unhealthy });
    return isHealthy;
  };
  const startedAt = new Date(time.getUtcNowMilliseconds());
  addResource(services, 'custom', {
    resourceType: 'MyCustom',
    initialState: { ...recordedState, createdAt: startedAt, startedAt },
    commands: recordedCommands({ timeProvider: time, toggleHealth }),
  });
  addResource(services, 'hiddenres', { resourceType: 'MyCustom', isHidden: true });
}

const healthy = { name: 'toggle', status: 'healthy', description: 'fine' } as const;
const unhealthy = {
  name: 'toggle',
  status: 'unhealthy',
  description: 'toggled off',
  exceptionText: 'System.InvalidOperationException: toggle exception',
} as const;

/** One of each type; what was a 64-bit number is a text, for want of such a type. */
const recordedProperties = {
  text: 'abc',
  number: 42,
  big: '9007199254740993',
  dbl: 1.5,
  flag: true,
  off: false,
  list: ['a', 'b'],
  nothing: null,
  secret: 'abc',
  date: new Date('2026-01-02T03:04:05Z'),
  guid: '11111111-2222-3333-4444-555555555555',
  obj: { k: 'v' },
};

const recordedState: ResourceUpdate = {
  stateStyle: 'success',
  health: healthy,
  volumes: [
    { source: '/src', target: '/dst', mountType: 'bind', isReadOnly: true },
    { target: '/data', mountType: 'volume' },
  ],
  environmentVariables: [
    { name: 'E1', value: 'v1' },
    { name: 'E2', isFromSpec: false },
  ],
  properties: recordedProperties,
};

const missingState: ResourceUpdate = { state: 'ValueMissing', stateStyle: 'warning' };

function addParameters(services: ServiceCollection): void {
  const missing = "Parameter resource could not be used because configuration key 'Parameters:missing' is missing and the Parameter has no default value.";
  const values = { region: 'eu-north-1', apikey: null, missing };
  for (const [name, value] of Object.entries(values)) {
    const properties = { 'resource.source': `Parameters:${name}`, Value: value };
    addResource(services, name, { resourceType: 'Parameter', properties, ...(name === 'missing' && { initialState: missingState }) });
  }
}

function addPrograms(services: ServiceCollection, withBlocked: boolean): void {
  const add = (name: string, options: ExecutableOptions = {}, program: keyof typeof recordedProgramArguments = name as 'sleeper') => {
    const [command, ...args] = recordedProgramArguments[program];
    addExecutable(services, name, command, { args, ...options });
  };
  add('sleeper', { environment: { API_KEY: 'secret', PLAIN: 'plain-value' }, relationships: [{ resourceName: 'apikey', type: 'Reference' }] });
  add('ticker');
  add('ansi');
  add('web', {
    environment: { PORT: '37549' },
    urls: [{ name: 'http', url: 'http://localhost:37281', displayName: 'Home', sortOrder: 10 }],
    relationships: [{ resourceName: 'sleeper', type: 'Reference' }],
    healthCheck: () => 'healthy',
    mcpTools: recordedTools,
  });
  add('job');
  add('failing');
  add('badcmd');
  add('manual', { explicitStart: true }, 'sleeper');
  add('after-web', { waitFor: ['web'], parent: 'web' }, 'sleeper');
  if (!withBlocked) return;
  add('blocked', { waitFor: ['never'] }, 'sleeper');
  add('never', { explicitStart: true }, 'sleeper');
}

/** What a project with two replicas comes to. */
function addReplicas(services: ServiceCollection): void {
  const [command] = recordedProgramArguments.replicated;
  const description = 'Stop the resource, rebuild the project from source, and restart. Use this to apply source code changes.';
  const options: ExecutableOptions = {
    displayName: 'replicated',
    resourceType: 'Project',
    properties: { 'project.path': `${recordedFolder}/fakeproj/fakeproj.csproj`, 'project.launchProfile': null },
    commands: [defineCommand({ name: 'rebuild', displayName: 'Rebuild', description, execute: () => undefined })],
  };
  for (const number of [1, 2]) addExecutable(services, `replicated-${number}`, command, options);
  const properties = {
    'executable.path': 'dotnet',
    'executable.workDir': `${recordedFolder}/fakeproj`,
    'executable.args': null,
    'executable.pid': null,
    'resource.appArgs': null,
    'resource.appArgsSensitivity': null,
  };
  addResource(services, 'replicated-rebuilder', { resourceType: 'Executable', initialState: 'NotStarted', isHidden: true, parent: 'replicated', properties });
}

async function openStream(machine: FakeMachine): Promise<Duplex> {
  const names = await machine.list(FakeMachine.directory);
  return machine.connect(`${FakeMachine.directory}/${names.find(name => name.endsWith(`.${process.pid}`))}`, new AbortController().signal);
}
