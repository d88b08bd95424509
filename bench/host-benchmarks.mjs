import { DotnetHosts } from './dotnet-host.mjs';
import { HostPrograms } from './host-programs.mjs';

const work = count => `a process that builds, starts, stops and disposes a host with ${count.toLocaleString('en')} hosted services`;

/** hostward and its peers on Node, each as npm installs it. */
export function fromPackages(count) {
  return {
    describe: `${work(count)}, packages loaded from node_modules`,
    warmup: 2,
    runs: 21,
    setup() {
      const programs = new HostPrograms();
      const [hostward, inversify, nest] = ['hostward', 'inversify', 'nest'].map(library => programs.fromPackages(library, count));
      return { programs, hostward, inversify, nest };
    },
    teardown,
    ours: { name: 'hostward', command: ({ hostward }) => hostward },
    peers: [
      { name: 'inversify, by hand', atMost: 1.25, command: ({ inversify }) => inversify },
      { name: 'NestJS, standalone', atMost: 0.6, command: ({ nest }) => nest },
    ],
  };
}

/** hostward and inversify, each in one file with the program, and the real host. */
export function bundled(count) {
  return {
    describe: `${work(count)}, in one file each, and the real host`,
    warmup: 2,
    runs: 21,
    async setup() {
      const programs = new HostPrograms();
      const hosts = new DotnetHosts(programs.scratch);
      return {
        programs,
        hostward: await programs.bundled('hostward', count),
        inversify: await programs.bundled('inversify', count),
        dotnet: hosts.build(count),
        ahead: hosts.build(count, { isCompiledAhead: true }),
        runtime: hosts.runtime,
      };
    },
    teardown,
    notes: runtimeNotes,
    ours: { name: 'hostward', command: ({ hostward }) => hostward },
    peers: [
      // Without a target: bundled, inversify is next to nothing, and what is left is that a host does more than the five lines by hand.
      { name: 'inversify, by hand', command: ({ inversify }) => inversify },
      {
        name: '.NET, dotnet app.dll',
        atMost: 0.85,
        unavailable: ({ dotnet }) => dotnet.reason,
        command: ({ programs, dotnet }) => dotnetCommand(programs, dotnet),
      },
      { name: '.NET, compiled ahead (ReadyToRun)', unavailable: ({ ahead }) => ahead.reason, command: ({ programs, ahead }) => dotnetCommand(programs, ahead) },
    ],
  };
}

export function runtimeNotes({ runtime }) {
  return runtime ? [`Microsoft.Extensions.Hosting 11.0.0 ran on ${runtime}`] : [];
}

export function dotnetCommand(programs, { assembly }) {
  return programs.command('dotnet', [assembly]);
}

export function teardown({ programs }) {
  programs[Symbol.dispose]();
}
