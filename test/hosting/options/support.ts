import { ConfigurationBuilder, type IConfigurationRoot, type OptionsDeclaration, OptionsValidationError, ServiceCollection, ServiceProvider } from 'hostward';

/** A configuration in memory. */
export function configurationOf(data: Readonly<Record<string, string | null>>): IConfigurationRoot {
  return new ConfigurationBuilder().addInMemoryCollection(data).build();
}

/** The options that the declared section of a configuration gives. */
export function valueOf<T extends object, I extends object>(options: OptionsDeclaration<T, I>, data: Readonly<Record<string, string | null>>): T {
  using configuration = configurationOf(data);
  const services = new ServiceCollection();
  services.configure(options, configuration.getSection(options.sectionName));
  using provider = new ServiceProvider(services);
  return provider.getRequiredService(options.options).value;
}

/** What is wrong with them. */
export function validationErrorOf(access: () => unknown): OptionsValidationError {
  try {
    access();
  } catch (error) {
    if (error instanceof OptionsValidationError) return error;
    throw error;
  }
  throw new Error('The options are valid.');
}

/** The texts of the failures of the options that the declared section gives. */
export function failuresOf<T extends object, I extends object>(
  options: OptionsDeclaration<T, I>,
  data: Readonly<Record<string, string | null>>,
): readonly string[] {
  return validationErrorOf(() => valueOf(options, data)).failures;
}
