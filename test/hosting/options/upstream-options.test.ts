import {
  ArgumentError,
  IAsyncStartupValidator,
  type IHostedService,
  IStartupValidator,
  type IValidateOptions,
  optionsOf,
  OptionsValidationError,
  ServiceCollection,
  ValidateOptionsResult,
} from 'hostward';
import { createTestHost } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

// The behaviours of OptionsBuilderExtensionsTests of .NET 11, by their names there.

expectNoLeaks();

const Complex = optionsOf('Complex', () => ({ boolean: false, integer: 0, virtual: '', stringLength: '' }));
const Annotated = optionsOf('Annotated', () => ({ required: 'set', count: 0 }));

/** Starts and stops a host. @returns how the start failed */
async function startOf(configure: (services: ServiceCollection) => unknown): Promise<unknown> {
  try {
    await using _host = await createTestHost(builder => configure(builder.services)).start();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The error of one set of options. */
async function failuresOf(configure: (services: ServiceCollection) => unknown): Promise<{ name: string; failures: readonly string[] }> {
  const error = await startOf(configure);
  expect(error).toBeInstanceOf(OptionsValidationError);
  const { optionsName, failures } = error as OptionsValidationError;
  return { name: optionsName, failures };
}

describe('options builder extensions', () => {
  it('ValidateOnStart_NullOptionsBuilder_Throws: there is no builder without options', () => {
    expect(() => new ServiceCollection().addOptions(undefined as never)).toThrow(ArgumentError);
  });

  it('ValidateOnStart_ConfigureAndValidateThenCallValidateOnStart_ValidatesFailure: the start of the host fails', async () => {
    const start = failuresOf(services =>
      services
        .configure(Complex, options => void (options.boolean = false))
        .validate(options => options.boolean)
        .validateOnStart(),
    );
    expect(await start).toEqual({ name: '', failures: ['A validation error has occurred.'] });
  });

  it('ValidateOnStart_CallFirstThenConfigureAndValidate_ValidatesFailure: the order of the calls does not matter', async () => {
    const start = failuresOf(services =>
      services
        .addOptions(Complex)
        .validateOnStart()
        .configure(options => void (options.boolean = false))
        .validate(options => options.boolean),
    );
    expect(await start).toEqual({ name: '', failures: ['A validation error has occurred.'] });
  });

  it('ValidateOnStart_ErrorMessageSpecified_FailsWithCustomError: the failure has the message', async () => {
    const start = failuresOf(services =>
      services
        .addOptions(Complex)
        .validate(options => options.boolean, 'Boolean must be true.')
        .validateOnStart(),
    );
    expect(await start).toEqual({ name: '', failures: ['Boolean must be true.'] });
  });

  it('ValidateOnStart_NamedOptions_ValidatesFailureOnStart: the options of a name are validated', async () => {
    const start = failuresOf(services =>
      services
        .addOptions(Complex, 'named')
        .validateOnStart()
        .validate(options => options.boolean, 'named failed'),
    );
    expect(await start).toEqual({ name: 'named', failures: ['named failed'] });
  });

  it('ValidateOnStart_NamedOptions_ValidatesFailureOnStart_AddOptionsWithValidateOnStart: in one call, too', async () => {
    const start = failuresOf(services => services.addOptionsWithValidateOnStart(Complex, 'named').validate(options => options.boolean, 'named failed'));
    expect(await start).toEqual({ name: 'named', failures: ['named failed'] });
  });

  it('ValidateOnStart_AddNamedOptionsMultipleTimesForSameType_BothGetTriggered: both names are validated, one fails with both of its failures', async () => {
    const validated: string[] = [];
    const start = failuresOf(services => {
      const seen = (name: string, isGood: boolean) => () => (validated.push(name), isGood);
      services.addOptions(Complex, 'good').validate(seen('good', true)).validateOnStart();
      services.addOptions(Complex, 'bad').validate(seen('bad 1', false), 'first').validate(seen('bad 2', false), 'second').validateOnStart();
    });
    expect(await start).toEqual({ name: 'bad', failures: ['first', 'second'] });
    expect(validated).toEqual(['good', 'bad 1', 'bad 2']);
  });

  it('ValidateOnStart_AddEagerValidation_DoesValidationWhenHostStartsWithNoFailure: valid options let the host start', async () => {
    let validations = 0;
    const start = startOf(services =>
      services
        .configure(Complex, options => void (options.boolean = true))
        .validate(options => (validations++, options.boolean))
        .validateOnStart(),
    );
    expect(await start).toBeUndefined();
    expect(validations).toBe(1);
  });

  it('ValidateOnStart_AddEagerValidation_DoesValidationWhenHostStartsWithNoFailure_AddOptionsWithValidateOnStart: in one call, too', async () => {
    let validations = 0;
    const start = startOf(services =>
      services
        .addOptionsWithValidateOnStart(Complex)
        .configure(options => void (options.boolean = true))
        .validate(options => (validations++, options.boolean)),
    );
    expect(await start).toBeUndefined();
    expect(validations).toBe(1);
  });

  it('CanValidateOptionsEagerly_AddOptionsWithValidateOnStart_IValidateOptions: a validator class judges them', async () => {
    class ComplexValidator implements IValidateOptions<{ integer: number }> {
      validate(name: string, { integer }: { integer: number }): ValidateOptionsResult {
        return integer > 12 ? ValidateOptionsResult.success : ValidateOptionsResult.fail([`${name}: integer`, 'and more']);
      }
    }
    const start = failuresOf(services =>
      services.addOptionsWithValidateOnStart(Complex, undefined, ComplexValidator).configure(options => void (options.integer = 11)),
    );
    expect(await start).toEqual({ name: '', failures: [': integer', 'and more'] });
  });

  it('ValidateOnStart_AddLazyValidation_SkipsValidationWhenHostStarts: without validateOnStart nothing is validated', async () => {
    let validations = 0;
    const start = startOf(services => services.addOptions(Complex).validate(() => ++validations < 0, 'lazy'));
    expect(await start).toBeUndefined();
    expect(validations).toBe(0);
  });

  it('ValidateOnStart_AddBothLazyAndEagerValidationOnDifferentTypes_ValidatesWhenHostStartsOnlyForEagerValidations: only the eager ones are validated', async () => {
    const start = failuresOf(services => {
      services.addOptions(Complex).validate(() => false, 'lazy');
      services
        .addOptions(Annotated)
        .validate(() => false, 'eager')
        .validateOnStart();
    });
    expect(await start).toEqual({ name: '', failures: ['eager'] });
  });

  it('ValidateOnStart_MultipleErrorsInOneValidationCall_ValidatesFailureWithMultipleErrors: one error has all failures of a set of options', async () => {
    const start = failuresOf(services =>
      services
        .addOptions(Complex)
        .validate(options => options.boolean)
        .validate(options => options.integer > 0, 'integer must be positive')
        .validateOnStart(),
    );
    expect(await start).toEqual({ name: '', failures: ['A validation error has occurred.', 'integer must be positive'] });
  });

  it('ValidateOnStart_MultipleErrorsInOneValidationCallUsingCustomErrors_FailuresContainCustomErrors: each with its message', async () => {
    const start = failuresOf(services =>
      services
        .addOptions(Complex)
        .validate(options => options.boolean, 'boolean')
        .validate(options => options.integer === 12, 'integer')
        .validate(options => options.virtual === 'target', 'virtual')
        .validateOnStart(),
    );
    expect(await start).toEqual({ name: '', failures: ['boolean', 'integer', 'virtual'] });
  });
});

describe('startup validators', () => {
  const failing = (services: ServiceCollection) =>
    services
      .addOptions(Complex)
      .validate(() => false, 'options')
      .validateOnStart();
  const failure = (text: string) => new OptionsValidationError('', 'Test', [text]);
  const asyncValidator = (trace: string[], name: string, error?: Error): IAsyncStartupValidator => ({
    async validateAsync() {
      await Promise.resolve();
      trace.push(name);
      if (error) throw error;
    },
  });

  class SyncValidator implements IStartupValidator {
    calls = 0;
    constructor(private readonly error?: Error) {}

    validate(): void {
      this.calls++;
      if (this.error) throw this.error;
    }
  }

  class DualValidator extends SyncValidator implements IAsyncStartupValidator {
    asyncCalls = 0;

    async validateAsync(): Promise<void> {
      this.asyncCalls++;
    }
  }

  it('ValidateOnStart_CustomSyncStartupValidator_OverridesAsyncValidationOnStart: a custom one takes the place of all others', async () => {
    const custom = new SyncValidator();
    expect(await startOf(services => (failing(services), services.addSingleton(IStartupValidator, custom)))).toBeUndefined();
    expect(custom.calls).toBe(1);
  });

  it('ValidateOnStart_CustomSyncStartupValidatorThatFails_ThrowsOnStart: its error is that of the start', async () => {
    const error = failure('custom');
    expect(await startOf(services => services.addSingleton(IStartupValidator, new SyncValidator(error)))).toBe(error);
  });

  it('ValidateOnStart_MultipleAsyncStartupValidators_AllRunOnStart: custom ones run beside the built-in one', async () => {
    const trace: string[] = [];
    const start = startOf(services => {
      services
        .addOptions(Complex)
        .validate(() => (trace.push('options'), true))
        .validateOnStart();
      services.addSingleton(IAsyncStartupValidator, asyncValidator(trace, 'custom'));
    });
    expect(await start).toBeUndefined();
    expect(trace).toEqual(['options', 'custom']);
  });

  it('ValidateOnStart_StandaloneAsyncStartupValidator_RunsOnStart: one that is registered without options runs', async () => {
    const trace: string[] = [];
    expect(await startOf(services => services.addSingleton(IAsyncStartupValidator, asyncValidator(trace, 'custom')))).toBeUndefined();
    expect(trace).toEqual(['custom']);
  });

  it('ValidateOnStart_AsyncStartupValidatorThatFails_ThrowsOnStart: its error is that of the start', async () => {
    const error = new Error('no database');
    expect(await startOf(services => services.addSingleton(IAsyncStartupValidator, asyncValidator([], 'custom', error)))).toBe(error);
  });

  it('ValidateOnStart_AsyncSuccessSeedsBuiltInOptionsAndMonitor: the instance that was validated is that of IOptions and of the monitor', async () => {
    let validated: unknown;
    await using host = await createTestHost(builder =>
      builder.services
        .configure(Complex, options => void (options.integer = 5))
        .validate(async options => ((validated = options), true))
        .validateOnStart(),
    ).start();
    expect(host.services.getRequiredService(Complex.options).value).toBe(validated);
    expect(host.services.getRequiredService(Complex.monitor).currentValue).toBe(validated);
    expect(host.services.getRequiredService(Complex.value)).toBe(validated);
  });

  it('ValidateOnStart_MultipleFailingAsyncStartupValidators_RunAllAndAggregateFailures: all run, and all failures come together', async () => {
    const trace: string[] = [];
    const error = await startOf(services => {
      failing(services);
      for (const name of ['first', 'second']) services.addSingleton(IAsyncStartupValidator, asyncValidator(trace, name, failure(name)));
    });
    expect(trace).toEqual(['first', 'second']);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual(['options', 'first', 'second']);
    expect((error as AggregateError).message).toBe('One or more errors occurred. (options) (first) (second)');
  });

  it('ValidateOnStart_DualInterfaceValidatorRegisteredOnlyAsSync_RunsSyncValidate: what it could do asynchronously is not asked for', async () => {
    const custom = new DualValidator();
    expect(await startOf(services => services.addSingleton(IStartupValidator, custom))).toBeUndefined();
    expect([custom.calls, custom.asyncCalls]).toEqual([1, 0]);
  });

  it('ValidateOnStart_DualInterfaceValidatorRegisteredOnlyAsSync_TakesPrecedenceOverBuiltInAsync: it takes the place of the options', async () => {
    const custom = new DualValidator();
    expect(await startOf(services => (failing(services), services.addSingleton(IStartupValidator, custom)))).toBeUndefined();
    expect([custom.calls, custom.asyncCalls]).toEqual([1, 0]);
    const both = new DualValidator();
    const start = startOf(services => services.addSingleton(IStartupValidator, both).addSingleton(IAsyncStartupValidator, both));
    expect(await start).toBeUndefined();
    expect([both.calls, both.asyncCalls]).toEqual([0, 1]);
  });

  it('ValidateOnStart_SyncOnlyValidatorPresent_DoesNotResolveAsyncValidators: they are not even created', async () => {
    let created = 0;
    const start = startOf(services =>
      services.addSingleton(IStartupValidator, new SyncValidator()).addSingleton(IAsyncStartupValidator, () => (created++, asyncValidator([], 'custom'))),
    );
    expect(await start).toBeUndefined();
    expect(created).toBe(0);
  });

  it('ValidateOnStart_FailedStartupValidation_StopAsyncDoesNotThrow: such a host can be stopped, and has created no hosted service', async () => {
    let created = 0;
    const service: IHostedService = { start: async () => undefined, stop: async () => undefined };
    const { host } = createTestHost(builder => (failing(builder.services), builder.services.addHostedService(() => (created++, service))));
    await using _host = host;
    await expect(host.start()).rejects.toThrow('options');
    await host.stop();
    expect(created).toBe(0);
  });

  it('ValidateOnStart_UnexpectedExceptionAfterFailure_RetainsFailuresAndStopsIterating: another error is the last, and nothing is lost', async () => {
    const trace: string[] = [];
    const unexpected = new Error('unexpected');
    const error = await startOf(services => {
      failing(services);
      services
        .addSingleton(IAsyncStartupValidator, asyncValidator(trace, 'first', unexpected))
        .addSingleton(IAsyncStartupValidator, asyncValidator(trace, 'never'));
    });
    expect(trace).toEqual(['first']);
    expect((error as AggregateError).errors).toEqual([expect.any(OptionsValidationError), unexpected]);
  });
});
