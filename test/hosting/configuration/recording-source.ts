import { ConfigurationData, ConfigurationProvider, type IConfigurationProvider, type IConfigurationSource } from 'hostward';

/** What a {@link RecordingSource} is asked to do. */
export interface RecordingOptions {
  readonly data?: Readonly<Record<string, string | null>>;
  /** Which disposal the provider has. Default: the synchronous one. */
  readonly disposal?: 'sync' | 'async' | 'none';
  readonly disposalFailure?: string;
}

/** A source whose providers write down what becomes of them, and can be made to fail. */
export class RecordingSource implements IConfigurationSource {
  readonly trace: string[] = [];
  readonly providers: RecordingProvider[] = [];
  loadFailure: string | undefined;
  buildFailure: string | undefined;

  constructor(
    readonly name: string,
    readonly options: RecordingOptions = {},
  ) {}

  build(): IConfigurationProvider {
    if (this.buildFailure !== undefined) throw new Error(this.buildFailure);
    const provider = new RecordingProvider(this);
    this.providers.push(provider);
    return provider;
  }

  /** Does as a provider does that has found its source changed. */
  change(data: Readonly<Record<string, string>>): void {
    this.providers.at(-1)!.change(data);
  }
}

class RecordingProvider extends ConfigurationProvider {
  constructor(readonly source: RecordingSource) {
    super();
    const { disposal = 'sync', disposalFailure } = source.options;
    const dispose = (end: string) => {
      source.trace.push(end);
      if (disposalFailure !== undefined) throw new Error(disposalFailure);
    };
    if (disposal === 'sync') Object.assign(this, { [Symbol.dispose]: () => dispose('disposed') });
    if (disposal === 'async') {
      Object.assign(this, {
        [Symbol.asyncDispose]: async () => {
          await new Promise(resolve => setImmediate(resolve));
          dispose('disposed in time');
        },
      });
    }
  }

  override load(): void {
    this.source.trace.push('loaded');
    if (this.source.loadFailure !== undefined) throw new Error(this.source.loadFailure);
    this.data = new ConfigurationData(Object.entries(this.source.options.data ?? {}));
  }

  change(data: Readonly<Record<string, string>>): void {
    this.data = new ConfigurationData(Object.entries(data));
    this.onReload();
  }

  override toString(): string {
    return this.source.name;
  }
}
