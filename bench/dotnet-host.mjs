import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const version = '11.0.0';

/**
 * The real host, with the same services: Microsoft.Extensions.Hosting in a console application, built in Release.
 *
 * The settings are the fastest of those that leave the work as it is: no profiles for a second compilation that a short process does not live to see, and no
 * data of cultures.
 */
export class DotnetHosts {
  #runtime = findRuntime();
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  /** The framework that its programs run on; undefined where there is no SDK. */
  get runtime() {
    return this.#runtime?.name;
  }

  /**
   * Builds a program of `count` services. @param isCompiledAhead whether to machine code (ReadyToRun), which an application has to ask for
   *
   * @returns its assembly, or why there is none
   */
  build(count, { isCompiledAhead = false } = {}) {
    if (!this.#runtime) return { reason: 'there is no SDK of .NET 10 or later' };
    const name = `dotnet-${count}${isCompiledAhead ? '-ahead' : ''}`;
    const project = join(this.#folder, name);
    mkdirSync(project);
    writeFileSync(join(project, 'app.csproj'), projectText(this.#runtime.major, isCompiledAhead));
    writeFileSync(join(project, 'Program.cs'), programText(count));
    const { status, stdout, error } = spawnSync('dotnet', [isCompiledAhead ? 'publish' : 'build', '-c', 'Release', '-o', 'out', '--nologo', '-v', 'quiet'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 300_000,
      env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
    });
    if (status === 0) return { assembly: join(project, 'out/app.dll') };
    return { reason: `it cannot be built here: ${error?.message ?? stdout.match(/error .*/)?.[0] ?? `dotnet ended with ${status}`}` };
  }
}

function findRuntime() {
  const { stdout, status } = spawnSync('dotnet', ['--list-runtimes'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const hasSdk = spawnSync('dotnet', ['--list-sdks'], { encoding: 'utf8' }).stdout.trim() !== '';
  const versions = [...stdout.matchAll(/^Microsoft\.NETCore\.App ((\d+)\.\S+)/gm)].map(([, full, major]) => ({ name: `.NET ${full}`, major: Number(major) }));
  const newest = versions.sort((a, b) => a.major - b.major).at(-1);
  return hasSdk && newest && newest.major >= 10 ? newest : undefined;
}

function projectText(major, isCompiledAhead) {
  return `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net${major}.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <TieredPGO>false</TieredPGO>
    <SelfContained>false</SelfContained>
${isCompiledAhead ? '    <PublishReadyToRun>true</PublishReadyToRun>\n    <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>\n' : ''}  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Extensions.Hosting" Version="${version}" />
  </ItemGroup>
</Project>
`;
}

function programText(count) {
  const indices = Array.from({ length: count }, (_, index) => index);
  return `using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddSingleton<Clock>().AddSingleton<Store>();
${indices.map(index => `builder.Services.AddHostedService<Service${index}>();`).join('\n')}
var host = builder.Build();
await host.StartAsync();
var store = host.Services.GetRequiredService<Store>();
await host.StopAsync();
await ((IAsyncDisposable)host).DisposeAsync();
return store.Started == ${count} && store.Stopped == ${count} ? 0 : 1;

class Clock;

class Store
{
    public int Started;
    public int Stopped;
}

${indices.map(serviceText).join('\n')}`;
}

function serviceText(index) {
  return `class Service${index}(Clock clock, Store store) : IHostedService
{
    public Clock Clock => clock;
    public Task StartAsync(CancellationToken cancellationToken) { store.Started++; return Task.CompletedTask; }
    public Task StopAsync(CancellationToken cancellationToken) { store.Stopped++; return Task.CompletedTask; }
}
`;
}
