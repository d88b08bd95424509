import {
  ConfigurationBuilder,
  configurationTypes,
  IAsyncStartupValidator,
  type IConfigurationRoot,
  InvalidOperationError,
  type IServiceScope,
  optionsOf,
  OptionsValidationError,
  ServiceCollection,
  ServiceProvider,
  ValidateOptionsResult,
} from 'hostward';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

interface RecordedOptions {
  steps: string[];
  number: number;
  text: string | undefined;
}

type Operation = readonly [name: string, ...args: never[]];

interface OptionsInput {
  readonly setup: readonly Operation[];
  readonly access: readonly Operation[];
  readonly config?: Readonly<Record<string, string>>;
}

/** Replays a program that sets up options, and then asks for them in all ways. */
export const replayOptions: SectionReplay = async vector => {
  const { setup, access, config = {} } = vector.in as OptionsInput;
  await using configuration = new ConfigurationBuilder().addInMemoryCollection(config).build();
  await using stage = new OptionsStage(configuration, setup);
  const found: object[] = [];
  for (const operation of access) found.push(await stage.run(operation));
  return { differences: differencesOf(unordered(vector.out), unordered(found)) };
};

/** The options, what was logged, and the number of each object that was seen. */
class OptionsStage implements AsyncDisposable {
  readonly #options = optionsOf('O', (): RecordedOptions => ({ steps: [], number: 0, text: undefined }), { type: recordedType });
  readonly #services = new ServiceCollection();
  readonly #provider: ServiceProvider;
  readonly #scopes = new Map<string, IServiceScope>();
  readonly #instances = new Map<object, number>();
  #log: string[] = [];

  constructor(
    private readonly configuration: IConfigurationRoot,
    setup: readonly Operation[],
  ) {
    this.#services.addOptions(this.#options);
    for (const [name, ...args] of setup) this.#setup[name]!(...args);
    this.#provider = new ServiceProvider(this.#services);
  }

  async run([name, ...args]: Operation): Promise<object> {
    this.#log = [];
    const outcome = await this.#outcome(() => this.#access[name]!(...args));
    return this.#log.length > 0 ? { ...outcome, log: this.#log } : outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const scope of this.#scopes.values()) await scope[Symbol.asyncDispose]();
    await this.#provider[Symbol.asyncDispose]();
  }

  readonly #setup: Readonly<Record<string, (...args: never[]) => unknown>> = {
    configure: (name: string | null, label: string) => this.#services.configure(this.#options, name, options => void options.steps.push(label)),
    postConfigure: (name: string | null, label: string) => this.#services.postConfigure(this.#options, name, options => void options.steps.push(label)),
    configureAll: (label: string) => this.#services.configureAll(this.#options, options => void options.steps.push(label)),
    postConfigureAll: (label: string) => this.#services.postConfigureAll(this.#options, options => void options.steps.push(label)),
    set: (name: string | null, number: number) => this.#services.configure(this.#options, name, options => void (options.number = number)),
    postSet: (name: string | null, number: number) => this.#services.postConfigure(this.#options, name, options => void (options.number = number)),
    configureThrow: (name: string | null, message: string) => this.#services.configure(this.#options, name, () => fail(message)),
    bind: (name: string | null, section: string) => this.#builder(name).bind(this.configuration.getSection(section)),
    validate: (name: string | null, label: string, min: number, message?: string) =>
      this.#builder(name).validate(options => {
        this.#log.push(`validate ${label}`);
        return options.number >= min;
      }, message),
    validateThrow: (name: string | null, message: string) => this.#builder(name).validate(() => fail(message)),
    validateMany: (name: string | null, failures: readonly string[]) =>
      this.#services.addSingleton(this.#options.validateOptions, {
        validate: (asked: string) => {
          if (name !== null && name !== asked) return ValidateOptionsResult.skip;
          return failures.length > 0 ? ValidateOptionsResult.fail(failures) : ValidateOptionsResult.success;
        },
      }),
    validateOnStart: (name: string | null) => this.#builder(name).validateOnStart(),
    addWithValidateOnStart: (name: string | null) => this.#services.addOptionsWithValidateOnStart(this.#options, name),
  };

  readonly #access: Readonly<Record<string, (...args: never[]) => unknown>> = {
    options: () => this.#seen(this.#provider.getRequiredService(this.#options.options).value),
    snapshot: (name: string | null, scope: string) => this.#seen(this.#scope(scope).services.getRequiredService(this.#options.snapshot).get(name)),
    monitor: (name: string | null) => this.#seen(this.#monitor.get(name)),
    currentValue: () => this.#seen(this.#monitor.currentValue),
    create: (name: string) => this.#seen(this.#provider.getRequiredService(this.#options.factory).create(name)),
    remove: (name: string) => this.#provider.getRequiredService(this.#options.cache).tryRemove(name),
    onChange: () => void this.#monitor.onChange(({ number, steps }, name) => this.#log.push(`changed ${name} ${number} ${steps.join(',')}`)),
    setConfig: (key: string, value: string) => this.configuration.set(key, value),
    reload: () => this.configuration.reload(),
    startupValidate: async () => {
      const validators = this.#provider.getServices(IAsyncStartupValidator);
      for (const validator of validators) await validator.validateAsync(new AbortController().signal);
      return validators.length;
    },
  };

  get #monitor() {
    return this.#provider.getRequiredService(this.#options.monitor);
  }

  #builder(name: string | null) {
    return this.#services.addOptions(this.#options, name);
  }

  #scope(name: string): IServiceScope {
    const scope = this.#scopes.get(name) ?? this.#provider.createScope();
    this.#scopes.set(name, scope);
    return scope;
  }

  #seen(options: RecordedOptions): object {
    if (!this.#instances.has(options)) this.#instances.set(options, this.#instances.size);
    const { steps, number, text } = options;
    return { instance: this.#instances.get(options), steps: [...steps], number, text: text ?? null };
  }

  async #outcome(access: () => unknown): Promise<object> {
    try {
      return { r: (await access()) ?? null };
    } catch (error) {
      return { error: recorded(error) };
    }
  }
}

const recordedType = configurationTypes.object({
  steps: configurationTypes.array(configurationTypes.string),
  number: configurationTypes.int32,
  text: configurationTypes.string,
}) as never;

/** What a recording says about an error; the names of types are the port's own. */
function recorded(error: unknown): object {
  if (error instanceof AggregateError) return { type: 'AggregateException', inner: error.errors.map(recorded) };
  const { name, message } = error as Error;
  if (error instanceof OptionsValidationError)
    return { type: 'OptionsValidationException', optionsName: error.optionsName, failures: [...error.failures], message };
  if (name !== 'InvalidOperationError' && name !== 'ConfigurationBindingError') throw error;
  // .NET writes the key as the property is spelt.
  return { type: 'InvalidOperationException', message: message.replace(/at 'O:\w/, start => start.toUpperCase().replace('AT', 'at')) };
}

/** When one reload changes several names, their order says nothing; nor does it say what a type is called, and what a port adds about it. */
function unordered(results: unknown): unknown {
  const text = JSON.stringify(results).replace(/ to type '[^']*'\.[^"]*/g, " to type '…'.");
  return (JSON.parse(text) as { log?: string[] }[]).map(result =>
    result.log?.some(line => line.startsWith('changed')) ? { ...result, log: result.log.sort() } : result,
  );
}

function fail(message: string): never {
  throw new InvalidOperationError(message);
}
