import { Host } from 'hostward';

/** A host as a program writes it, with the defaults of its builder. @param whileRunning is called between start and stop */
export async function run({ Clock, Store, services }, whileRunning) {
  const builder = Host.createApplicationBuilder();
  builder.logging.clearProviders();
  builder.services.addSingleton(Clock).addSingleton(Store);
  for (const service of services) builder.services.addHostedService(service, [Clock, Store]);
  const host = builder.build();
  await host.start();
  const store = host.services.getService(Store);
  whileRunning?.();
  await host.stop();
  await host[Symbol.asyncDispose]();
  return store;
}
