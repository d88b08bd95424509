import type { TimeProvider } from 'hostward';
import { FakePrograms, type Script } from './fake-programs.js';

/** Where the recorded application was. */
export const recordedFolder = '/home/user/MyApp/MyApp.AppHost';

/** The programs of the recorded application: command and arguments by the resource that they belong to. */
export const recordedProgramArguments = {
  sleeper: ['sleep', '1000'],
  ticker: [
    'bash',
    '-c',
    `n=0; while true; do n=$((n+1)); echo "tick $n"; if [ $((n % 5)) = 0 ]; then echo "warn $n <&> 'quote' \\"dq\\" żółć 🚀" >&2; fi; sleep 1; done`,
  ],
  ansi: ['bash', '-c', "for i in 1 2 3; do printf '\\033[32mgreen\\033[0m line %s\\n' $i; done; sleep 1000"],
  web: ['node', 'server.mjs'],
  job: ['bash', '-c', 'echo job running; sleep 1; echo job done'],
  failing: ['bash', '-c', 'echo about to fail >&2; exit 7'],
  badcmd: ['/nonexistent/program'],
  replicated: [`${recordedFolder}/replica.sh`],
} as const satisfies Record<string, readonly [string, ...string[]]>;

const sleepLong: Script = async ({ sleep }) => {
  await sleep(1_000_000);
  return 0;
};

const scripts: Readonly<Record<Exclude<keyof typeof recordedProgramArguments, 'badcmd'>, Script>> = {
  sleeper: sleepLong,
  ticker: async ({ print, sleep }) => {
    for (let n = 1; ; n++) {
      print(`tick ${n}`);
      if (n % 5 === 0) print(`warn ${n} <&> 'quote' "dq" żółć 🚀`, true);
      await sleep(1_000);
    }
  },
  ansi: async context => {
    for (const number of [1, 2, 3]) context.print(`\u001b[32mgreen\u001b[0m line ${number}`);
    return await sleepLong(context);
  },
  web: async context => {
    context.print(`listening on ${context.environment['PORT']}`);
    return await sleepLong(context);
  },
  job: async ({ print, sleep }) => {
    print('job running');
    await sleep(1_000);
    print('job done');
    return 0;
  },
  failing: async ({ print }) => {
    print('about to fail', true);
    return 7;
  },
  replicated: async context => {
    context.print('replica args: ');
    return await sleepLong(context);
  },
};

/** The programs of the recorded application, without any process. */
export function recordedPrograms(time: TimeProvider, launchTime: number): FakePrograms {
  const programs = new FakePrograms(time, launchTime);
  for (const [name, script] of Object.entries(scripts)) {
    const [command, ...args] = recordedProgramArguments[name as keyof typeof scripts];
    programs.add(command, args, script);
  }
  return programs;
}
