import { ConfigurationManager, delay, HostOptions, IHostApplicationLifetime, type IHostedService, inject, runHost, type RunHostOptions } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';

describe('what runHost sets of a host', () => {
  expectNoLeaks();

  /** The options of a host that has been run, and its exit code. */
  const run = async (settings: RunHostOptions = {}, configure: (options: HostOptions) => void = () => undefined) => {
    let seen: HostOptions | undefined;
    class Reader implements IHostedService {
      constructor(
        @inject(HostOptions.value) readonly options: HostOptions,
        @inject(IHostApplicationLifetime) readonly lifetime: IHostApplicationLifetime,
      ) {}

      async start(): Promise<void> {
        seen = this.options;
        this.lifetime.onStarted(() => this.lifetime.stopApplication());
      }

      async stop(): Promise<void> {}
    }
    const exitCode = await runHost(
      builder => {
        builder.configureHostOptions(configure).services.addHostedService(Reader);
      },
      { disableDefaults: true, ...settings },
    );
    return { exitCode, options: seen };
  };

  it('limits the start, warns of slow services, leaves hung ones behind, and takes a failed start back', async () => {
    expect(await run()).toMatchObject({
      exitCode: 0,
      options: { startupTimeout: 60_000, slowServiceWarningTimeout: 5_000, hungServiceTimeout: 1_000, rollbackFailedStart: true },
    });
  });

  it('leaves the limit of the start to the configuration, and all of it to the program', async () => {
    expect(await run({ args: ['--startupTimeoutSeconds', '7'] })).toMatchObject({ options: { startupTimeout: 7_000 } });
    const { options } = await run({}, host => Object.assign(host, { startupTimeout: -1, hungServiceTimeout: -1 }));
    expect(options).toMatchObject({ startupTimeout: -1, hungServiceTimeout: -1, rollbackFailedStart: true });
  });

  it.each(['shutdownTimeout', 'startupTimeout'] as const)('starts nothing with a %s that makes no sense, and names it once', async name => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await run({}, host => Object.assign(host, { [name]: -5 }))).toEqual({ exitCode: 1, options: undefined });
      expect(write.mock.calls.flat()).toEqual([`Error: '${name}' must be -1 ms (infinite) or between 0 and 4294967294 ms, but was -5.\n`]);
    } finally {
      write.mockRestore();
    }
  });

  it('leaves the disposal some time where the stop has none', async () => {
    const exitCode = await runHost(
      builder => {
        builder
          .configureHostOptions(options => (options.shutdownTimeout = 0))
          .services.addHostedService(provider => ({
            start: async () => provider.getRequiredService(IHostApplicationLifetime).stopApplication(),
            stop: async () => undefined,
            [Symbol.asyncDispose]: () => delay(50),
          }));
      },
      { disableDefaults: true },
    );
    expect(exitCode).toBe(0);
  });

  it('disposes what the builder had opened when the program fails to configure it', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const configuration = new ConfigurationManager();
      expect(await runHost(() => Promise.reject(new Error('no')), { configuration })).toBe(1);
      expect(() => configuration.addInMemoryCollection()).toThrow('Cannot access a disposed object');
    } finally {
      write.mockRestore();
    }
  });

  it('ends with 1 and says why when the arguments of the program are wrong', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await run({ args: ['-x=1'] })).toEqual({ exitCode: 1, options: undefined });
      expect(write.mock.calls.join('')).toContain("The short switch '-x=1' is not defined in the switch mappings.");
    } finally {
      write.mockRestore();
    }
  });
});
