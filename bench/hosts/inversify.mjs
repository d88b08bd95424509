import { Container, inject } from 'inversify';

/** What a host does, by hand, over a plain container. */
export async function run({ Clock, Store, services }, whileRunning) {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(Clock).toSelf();
  container.bind(Store).toSelf();
  for (const service of services) {
    inject(Clock)(service, undefined, 0);
    inject(Store)(service, undefined, 1);
    container.bind(service).toSelf();
  }
  const running = services.map(service => container.get(service));
  for (const service of running) await service.start();
  const store = container.get(Store);
  whileRunning?.();
  for (const service of [...running].reverse()) await service.stop();
  await container.unbindAll();
  return store;
}
