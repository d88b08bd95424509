import { ServiceCollection } from 'hostward';
import { configureResource, defineCommand, type McpTool } from 'hostward/apphost';
import { auxMethods, readExecuteResourceCommandResponse, readMcpCallToolResult, readResources } from '../../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { settle } from '../../../support/settle.js';
import { Busy, createAppHost, Idle } from '../app-host-scene.js';

expectNoLeaks();

const slow = defineCommand({
  name: 'slow',
  execute: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
});
const large = defineCommand({ name: 'large', execute: () => ({ value: '\u0001'.repeat(1_300_000) }) });
const echo: McpTool = { name: 'echo', call: ({ text }) => `echo: ${String(text)}` };

describe('what the resources of an AppHost offer', () => {
  it('comes to clients, and does what it says', async () => {
    const dashboard = { baseUrl: 'http://localhost:18888', browserToken: 'abcd' };
    await using scene = createAppHost({
      dashboard,
      build: builder => {
        builder.services.addHostedService(Idle);
        configureResource(builder.services, Idle, { commands: [slow, large], mcpTools: [echo] });
      },
    });
    await scene.start();
    const client = await scene.connect();
    const [resource] = readResources(await client.request(auxMethods.getResources, [{}]));
    expect(resource!.commands.map(({ name }) => name)).toEqual(expect.arrayContaining(['slow', 'large']));
    expect(resource!.mcpServer).toMatchObject({ endpointUrl: 'urn:hostward:mcp:Idle', tools: [{ name: 'echo' }] });
    expect(readMcpCallToolResult(await client.request(auxMethods.callResourceMcpTool, ['idle', 'echo', { text: 'hi' }])).content).toEqual([
      { type: 'text', text: 'echo: hi' },
    ]);
    expect(await client.request(auxMethods.callMcpTool, [{ resourceName: 'Idle', toolName: 'echo' }])).toEqual({
      isError: false,
      content: [{ type: 'text', text: 'echo: undefined' }],
    });
    expect(await client.request(auxMethods.getDashboardUrls)).toMatchObject({ baseUrlWithLoginToken: 'http://localhost:18888/login?t=abcd' });
  });

  it('finds the services of the host', async () => {
    class Orders extends Idle {
      accepted = 3;
    }
    const count = defineCommand({ name: 'count', execute: ({ services }) => ({ value: String(services.getRequiredService(Orders).accepted) }) });
    const add: McpTool = { name: 'add', call: (_, { services }) => String(++services.getRequiredService(Orders).accepted) };
    await using scene = createAppHost({
      build: builder => {
        builder.services.addHostedService(Orders, { as: [Orders] });
        configureResource(builder.services, Orders, { commands: [count], mcpTools: [add] });
      },
    });
    await scene.start();
    const client = await scene.connect();
    expect(await client.request(auxMethods.callMcpTool, [{ resourceName: 'Orders', toolName: 'add' }])).toMatchObject({ content: [{ text: '4' }] });
    const answer = readExecuteResourceCommandResponse(
      await client.request(auxMethods.executeResourceCommand, [{ resourceName: 'Orders', commandName: 'count' }]),
    );
    expect(answer.value?.value).toBe('4');
  });

  it('reaches the client however large it may be', async () => {
    await using scene = createAppHost({
      build: builder => {
        builder.services.addHostedService(Idle);
        configureResource(builder.services, Idle, { commands: [large] });
      },
    });
    await scene.start();
    const client = await scene.connect();
    const answer = client.request(auxMethods.executeResourceCommand, [{ resourceName: 'Idle', commandName: 'large' }]);
    expect(readExecuteResourceCommandResponse(await answer).value?.value).toHaveLength(1_300_000);
    expect(client.isClosed).toBe(false);
  });

  it('is cancelled with the request, and with the connection', async () => {
    const ends: string[] = [];
    const command = defineCommand({
      name: 'slow',
      execute: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            ends.push('aborted');
            reject(new DOMException('gone', 'AbortError'));
          }),
        ),
    });
    await using scene = createAppHost({
      build: builder => {
        builder.services.addHostedService(Idle);
        configureResource(builder.services, Idle, { commands: [command] });
      },
    });
    await scene.start();
    const client = await scene.connect();
    const canceller = new AbortController();
    const request = [{ resourceName: 'Idle', commandName: 'slow' }];
    const first = client.request(auxMethods.executeResourceCommand, request, { signal: canceller.signal }).catch(() => undefined);
    const second = client.request(auxMethods.executeResourceCommand, request).catch(() => undefined);
    await scene.time.advanceAsync(1);
    canceller.abort();
    await settle(scene.time, () => ends.length === 1);
    await client[Symbol.asyncDispose]();
    await settle(scene.time, () => ends.length === 2);
    await Promise.all([first, second]);
  });

  it('belongs to each replica, which messages call by its own name', async () => {
    class Worker extends Busy {}
    await using scene = createAppHost({
      build: builder => {
        builder.services.addHostedService(() => new Worker()).addHostedService(() => new Worker());
        configureResource(builder.services, Worker, { displayName: 'worker', commands: [slow] });
      },
    });
    await scene.start();
    const client = await scene.connect();
    const run = (resourceName: string, commandName: string) => client.request(auxMethods.executeResourceCommand, [{ resourceName, commandName }]);
    expect(await run('worker', 'slow')).toMatchObject({ message: "Resource 'worker' not found." });
    const [, replica] = readResources(await client.request(auxMethods.getResources, [{}]));
    expect(replica!.displayName).toBe('worker');
    expect(await run(replica!.name, 'nosuch')).toMatchObject({ message: `Command 'nosuch' not available for resource '${replica!.name}'.` });
  });

  it('is refused when it is registered, if it cannot work', () => {
    const services = new ServiceCollection();
    const twice = [slow, slow];
    expect(() => configureResource(services, Idle, { commands: twice })).toThrow(
      expect.objectContaining({ code: 'ERR_RESOURCE_OFFER', where: "command 'slow'" }),
    );
    expect(() => configureResource(services, Idle, { mcpTools: [{ ...echo, name: 'two words' }] })).toThrow(
      expect.objectContaining({ code: 'ERR_RESOURCE_OFFER', where: "MCP tool 'two words'" }),
    );
  });
});
