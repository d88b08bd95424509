import { all, IServiceProvider, type ServiceCollection } from '../dependency-injection/index.js';
import type { AnyOptionsDeclaration } from './options-declaration.js';
import type { OptionsDraft } from './options-draft.js';
import { OptionsCache } from './options-cache.js';
import { OptionsFactory } from './options-factory.js';
import { OptionsManager, UnnamedOptionsManager } from './options-manager.js';
import { OptionsMonitor } from './options-monitor.js';
import { IAsyncStartupValidator, IStartupValidator, StartupValidation, StartupValidator } from './startup-validator.js';

/** Registers what gives out the options of a declaration, as far as it is not registered yet. */
export function addOptionsServices(services: ServiceCollection, declaration: AnyOptionsDeclaration, begin: () => OptionsDraft<unknown, unknown>): void {
  if (services.has(declaration.options) && services.has(declaration.value)) return;
  const { factory, options, snapshot, monitor, cache, value } = declaration;
  // What configures may need scoped services, which only the snapshot can have. So the provider is asked at run time, and a singleton is not judged by what it might need.
  services
    .tryAddTransient(
      factory,
      provider =>
        new OptionsFactory<unknown, unknown>({
          optionsType: declaration.name,
          begin,
          configure: provider.getServices(declaration.configureOptions),
          postConfigure: provider.getServices(declaration.postConfigureOptions),
          validate: provider.getServices(declaration.validateOptions),
        }),
    )
    .tryAddSingleton(cache, () => new OptionsCache<unknown>())
    .tryAddSingleton(options, provider => new UnnamedOptionsManager<unknown>(provider.getRequiredService(factory)))
    .tryAddScoped(snapshot, provider => new OptionsManager<unknown>(provider.getRequiredService(factory)))
    .tryAddSingleton(
      monitor,
      provider =>
        new OptionsMonitor<unknown>(
          provider.getRequiredService(factory),
          provider.getServices(declaration.changeTokenSource),
          provider.getRequiredService(cache),
        ),
    )
    .tryAddSingleton(value, provider => provider.getRequiredService(options).value as never);
}

/**
 * Registers the validation at the start of a host in both of its roles, once. A builder of hosts calls it first, so that it comes before validators of the
 * program's own; `validateOnStart` calls it, too.
 */
export function addStartupValidator(services: ServiceCollection): void {
  if (services.has(StartupValidator)) return;
  services
    .addSingleton(StartupValidator, [IServiceProvider, all(StartupValidation)])
    .addAlias<IStartupValidator>(IStartupValidator, StartupValidator)
    .addAlias<IAsyncStartupValidator>(IAsyncStartupValidator, StartupValidator);
}

/** Adds options to those that are validated at the start, unless they are among them. */
export function addStartupValidation(services: ServiceCollection, validation: StartupValidation): void {
  addStartupValidator(services);
  const { declaration, name } = validation;
  for (const { serviceType, source } of services) {
    if (serviceType !== StartupValidation || source.kind !== 'instance') continue;
    const known = source.instance as StartupValidation;
    if (known.declaration === declaration && known.name === name) return;
  }
  services.addSingleton(StartupValidation, validation);
}
