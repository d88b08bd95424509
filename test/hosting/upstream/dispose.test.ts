import { type IHostedService, serviceToken } from 'hostward';
import { benchOf } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

class Resource implements IHostedService, Disposable {
  disposals = 0;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  [Symbol.dispose](): void {
    this.disposals++;
  }
}

const IResource = serviceToken<Resource>('IResource');

describe('DisposeTests', () => {
  it('DisposeCalled_Interface: what a factory made is disposed with the host', async () => {
    const { host } = benchOf({}, { configure: ({ services }) => services.addSingleton(IResource, () => new Resource()) });
    const resource = host.services.getRequiredService(IResource);
    await host[Symbol.asyncDispose]();
    expect(resource.disposals).toBe(1);
  });

  it('DisposeCalled_Class: what the container made of a class is disposed with the host', async () => {
    const { host } = benchOf({}, { configure: ({ services }) => services.addSingleton(Resource) });
    const resource = host.services.getRequiredService(Resource);
    await host[Symbol.asyncDispose]();
    expect(resource.disposals).toBe(1);
  });

  it('DisposeNotCalled: an object that was registered ready-made is left to its owner', async () => {
    const resource = new Resource();
    const { host } = benchOf({}, { configure: ({ services }) => services.addSingleton(IResource, resource) });
    expect(host.services.getRequiredService(IResource)).toBe(resource);
    await host[Symbol.asyncDispose]();
    expect(resource.disposals).toBe(0);
  });
});
