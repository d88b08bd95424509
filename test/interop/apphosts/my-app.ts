// The application of the recordings: what its .NET AppHost declared, declared with this package, with the same programs as child processes.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runHost, type ServiceCollection } from 'hostward';
import { addAppHost, addExecutable, addResource, type CustomResourceOptions } from 'hostward/apphost';
import { recordedTools } from '../../support/recorded-commands.js';
import { addCustom } from './my-app/custom.js';
import { freePort } from './my-app/free-port.js';
import { MissingParameter } from './my-app/missing-parameter.js';

const folder = join(homedir(), 'MyApp/MyApp.AppHost');
const workingDirectory = folder;
const port = await freePort();

const ticking = `n=0; while true; do n=$((n+1)); echo "tick $n"; if [ $((n % 5)) = 0 ]; then echo "warn $n <&> 'quote' \\"dq\\" żółć 🚀" >&2; fi; sleep 1; done`;
const colours = `for i in 1 2 3; do printf '\\033[32mgreen\\033[0m line %s\\n' $i; done; sleep 1000`;

// Some recordings are of the application with a dashboard, and without what never starts.
const { DASHBOARD: dashboard, TELEMETRY: apiBaseUrl } = process.env;
const options = {
  baseUrl: 'http://localhost:15000',
  browserToken: 'b0000000000000000000000000000001',
  isHealthy: () => dashboard === 'healthy',
  ...(apiBaseUrl !== undefined && { apiBaseUrl, apiToken: 'the key of the API' }),
};

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, {
    appHostPath: join(folder, 'MyApp.AppHost.csproj'),
    version: '13.5.2',
    internalServices: [MissingParameter],
    ...(dashboard !== undefined && { dashboard: options }),
  });
  addParameters(builder.services);
  addExecutables(builder.services);
  addResource(builder.services, 'ext', {
    resourceType: 'ExternalService',
    urls: [{ url: 'https://example.com/' }],
    properties: { 'resource.source': 'example.com' },
  });
  addReplicas(builder.services);
  addCustom(builder.services);
  addResource(builder.services, 'hiddenres', { resourceType: 'MyCustom', isHidden: true });
  builder.services.addHostedService(MissingParameter);
});

function addParameters(services: ServiceCollection): void {
  addParameter(services, 'region', 'eu-north-1');
  addParameter(services, 'apikey', null);
  const problem = "Parameter resource could not be used because configuration key 'Parameters:missing' is missing and the Parameter has no default value.";
  addParameter(services, 'missing', problem, { initialState: { state: 'ValueMissing', stateStyle: 'warning' } });
}

function addParameter(services: ServiceCollection, name: string, value: string | null, options: CustomResourceOptions = {}): void {
  addResource(services, name, { resourceType: 'Parameter', properties: { 'resource.source': `Parameters:${name}`, Value: value }, ...options });
}

function addExecutables(services: ServiceCollection): void {
  const bash = (name: string, script: string) => addExecutable(services, name, 'bash', { args: ['-c', script], workingDirectory });
  const sleeper = { args: ['1000'], workingDirectory };
  addExecutable(services, 'sleeper', 'sleep', {
    ...sleeper,
    environment: { PLAIN: 'plain-value', API_KEY: 'a secret' },
    relationships: [{ resourceName: 'apikey', type: 'Reference' }],
  });
  bash('ticker', ticking);
  bash('ansi', colours);
  addExecutable(services, 'web', 'node', {
    args: ['server.mjs'],
    workingDirectory,
    environment: { PORT: String(port) },
    urls: [{ name: 'http', url: `http://localhost:${port}`, displayName: 'Home', sortOrder: 10 }],
    relationships: [{ resourceName: 'sleeper', type: 'Reference' }],
    mcpTools: recordedTools,
    healthCheck: isHealthy,
    healthCheckInterval: 1000,
  });
  bash('job', 'echo job running; sleep 1; echo job done');
  bash('failing', 'echo about to fail >&2; exit 7');
  addExecutable(services, 'badcmd', '/nonexistent/program', { workingDirectory });
  addExecutable(services, 'manual', 'sleep', { ...sleeper, explicitStart: true });
  addExecutable(services, 'after-web', 'sleep', { ...sleeper, waitFor: ['web'], parent: 'web' });
  if (dashboard !== undefined) return;
  addExecutable(services, 'never', 'sleep', { ...sleeper, explicitStart: true });
  addExecutable(services, 'blocked', 'sleep', { ...sleeper, waitFor: ['never'] });
}

/** What the recorded application declared as a check of `/health`. */
async function isHealthy(signal: AbortSignal): Promise<'healthy' | 'unhealthy'> {
  const { ok } = await fetch(`http://localhost:${port}/health`, { signal });
  return ok ? 'healthy' : 'unhealthy';
}

function addReplicas(services: ServiceCollection): void {
  for (const name of ['replicated-a', 'replicated-z'])
    addExecutable(services, name, join(folder, 'replica.sh'), {
      displayName: 'replicated',
      resourceType: 'Project',
      workingDirectory,
      properties: { 'project.path': join(folder, 'fakeproj/fakeproj.csproj'), 'project.launchProfile': null },
    });
  addRebuilder(services);
}

/** What .NET adds beside a project. */
function addRebuilder(services: ServiceCollection): void {
  addResource(services, 'replicated-rebuilder', {
    resourceType: 'Executable',
    initialState: 'NotStarted',
    isHidden: true,
    parent: 'replicated',
    properties: {
      'executable.path': 'dotnet',
      'executable.workDir': join(folder, 'fakeproj'),
      'executable.args': null,
      'executable.pid': null,
      'resource.appArgs': null,
      'resource.appArgsSensitivity': null,
    },
  });
}
