import { readResources } from '../../../../src/backchannel/contract/index.js';
import { resourceData, withoutLogin } from '../../../../src/commands/mcp/resources/resource-data.js';
import { readRecording } from '../../../support/recorded-traffic.js';
import { snapshot, variable } from './snapshots.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

const parsed = (json: string) => JSON.parse(json) as Record<string, any>[];

describe('the resources for a model', () => {
  expectNoLeaks();

  it('are those that the real CLI gave for the same answer of a real AppHost', () => {
    const { connections, mcp } = readRecording('cli/agent-mcp');
    const exchange = connections.flatMap(({ exchanges }) => exchanges).find(({ request }) => request.method === 'GetResourcesAsync');
    const recorded = mcp.find(({ mcp: side, message }) => side === 'server' && message?.id === 4)?.message;
    const [, expected = ''] = recorded.result.content[0].text.split('# RESOURCE DATA\n\n');
    const resources = [...readResources(exchange?.answer?.result)].sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1));
    const { json, count, omission } = resourceData(resources, undefined);
    expect([count, omission]).toEqual([parsed(expected).length, undefined]);
    expect(parsed(json)).toEqual(parsed(expected));
    expect(json.split('\n').slice(0, 8)).toEqual(expected.split('\n').slice(0, 8));
  });

  it('have the page of the dashboard as address, and never the token that lets in', () => {
    const [resource] = parsed(resourceData([snapshot('web 1')], 'http://localhost:18888/login?t=0123456789abcdef').json);
    expect(resource?.dashboard_url).toBe('http://localhost:18888/?resource=web%201');
    const [behindProxy] = parsed(resourceData([snapshot('web')], 'https://me:pa55@proxy/login?t=0123456789abcdef').json);
    expect(behindProxy?.dashboard_url).toBe('https://me:***@proxy/?resource=web');
    expect(['http://h:1/login?t=x', 'http://h:1/login/?t=x', 'http://h:1/', 'http://h:1', 'https://h/base/login?t=x#y'].map(withoutLogin)).toEqual([
      'http://h:1',
      'http://h:1',
      'http://h:1',
      'http://h:1',
      'https://h/base',
    ]);
  });

  it.each([true, 'true', 'True', ' TRUE '])('leave out a resource whose resource.excludeFromMcp is %j', value => {
    const { count, json } = resourceData([snapshot('a', { properties: { 'resource.excludeFromMcp': value } }), snapshot('b')], undefined);
    expect([count, parsed(json).map(({ name }) => name as string)]).toEqual([1, ['b']]);
  });

  it.each([false, 'false', 'yes', 1, null])('keep a resource whose resource.excludeFromMcp is %j', value => {
    expect(resourceData([snapshot('a', { properties: { 'resource.excludeFromMcp': value } })], undefined).count).toBe(1);
  });

  it('tell the names of environment variables and never their values', () => {
    const [resource] = parsed(
      resourceData([snapshot('a', { environmentVariables: [variable('GREETING', 'hello there'), variable('API_KEY', 'k-123456')] })], undefined).json,
    );
    expect(resource?.environment).toEqual({ API_KEY: null, GREETING: null });
  });

  it('do not show the secret of an environment variable anywhere else, not even of another resource', () => {
    const resources = [
      snapshot('db', { environmentVariables: [variable('POSTGRES_PASSWORD', 'zq8wLr+v/x9')] }),
      snapshot('web', {
        properties: { 'resource.note': 'the secret is zq8wLr+v/x9, or zq8wLr%2Bv%2Fx9', 'executable.args': ['--connect', 'zq8wLr+v/x9'] },
        urls: [{ name: 'http', url: 'http://localhost/?x=zq8wLr%2Bv%2Fx9' }],
        healthReports: [{ name: 'ready', status: 'Unhealthy', description: 'refused zq8wLr+v/x9', exceptionText: 'zq8wLr+v/x9' }],
      }),
    ];
    const { json } = resourceData(resources, undefined);
    expect(json).not.toMatch(/zq8wLr/);
    expect(parsed(json)[1]?.properties).toEqual({ 'executable.args': ['--connect', '***'], 'resource.note': 'the secret is ***, or ***' });
  });

  it('do not show it in what a command and an address are called either', () => {
    const secret = 'zq8wLr+v/x9';
    const argumentInputs = [{ name: 'to', label: secret, inputType: 'Choice', options: { b: secret } }];
    const resource = snapshot('web', {
      environmentVariables: [variable('API_KEY', secret)],
      urls: [{ name: 'http', url: 'http://localhost/', displayProperties: { displayName: secret } }],
      commands: [{ name: 'rotate', displayName: `Rotate ${secret}`, state: 'Enabled', visibility: 'Api', argumentInputs }],
    });
    const [{ urls, commands }] = parsed(resourceData([resource], undefined).json) as [Record<string, any>];
    expect([urls[0].display_name, commands.rotate]).toMatchObject([
      '***',
      { display_name: 'Rotate ***', argument_inputs: [{ label: '***', options: { b: '***' } }] },
    ]);
  });

  it.each(['http://localhost:5341', 'HTTPS://seq.example:5341/', 'localhost:9092', '127.0.0.1:9092', 'kafka:9092'])(
    'keep %s, which is an address and lets nobody in',
    value => {
      const resource = snapshot('kafka', { environmentVariables: [variable('ConnectionStrings__kafka', value)], properties: { note: `at ${value}` } });
      expect(parsed(resourceData([resource], undefined).json)[0]?.properties.note).toBe(`at ${value}`);
    },
  );

  it.each(['http://hooks.example/T0/B0', 'http://localhost?key=1', '12345678', 'redis.cache', 'letmein:12345', 'me:12@localhost'])(
    'mask %s, which may let somebody in',
    value => {
      const resource = snapshot('kafka', { environmentVariables: [variable('ACCESS_TOKEN', value)], properties: { note: `at ${value}` } });
      expect(parsed(resourceData([resource], undefined).json)[0]?.properties.note).toBe('at ***');
    },
  );

  it('keep what a password merely happens to be: the name of a resource, a flag, a port', () => {
    const resources = [
      snapshot('postgres', {
        environmentVariables: [variable('POSTGRES_PASSWORD', 'postgres'), variable('USE_TOKEN', 'true'), variable('SECRET_PORT', '8080')],
        properties: { 'container.image': 'postgres:16', flag: 'true', port: '8080' },
      }),
    ];
    expect(parsed(resourceData(resources, undefined).json)[0]).toMatchObject({
      name: 'postgres',
      source: 'postgres:16',
      properties: { 'container.image': 'postgres:16', flag: 'true', port: '8080' },
    });
  });

  it('find a secret behind a word that is a password elsewhere', () => {
    const environmentVariables = [variable('DB_PASSWORD', 'password'), variable('TOKEN_TYPE', 'Bearer'), variable('TOKEN_SCHEME', 'https')];
    const properties = { note: 'password=x1; Bearer abcdefghijklmnop1 for https://h' };
    const [resource] = parsed(resourceData([snapshot('a', { environmentVariables, properties })], undefined).json);
    expect(resource?.properties).toEqual({ note: 'password=***; Bearer *** for https://h' });
  });

  it('mask what is named like a secret, in properties, pairs and arguments that say that they are sensitive', () => {
    const properties = {
      'resource.connectionString': 'Host=localhost;Username=app',
      apiKey: { nested: true },
      empty_password: '',
      nested: {
        Password: 'x1',
        items: [
          { name: 'TOKEN', value: 'x2' },
          { name: 'PLAIN', value: 'shown' },
          { isSecret: true, value: 'x3' },
        ],
      },
      pair: ['client-secret', 'x4'],
      'executable.args': ['--api-key', 'x5', '--verbose', 'shown', 'token.txt', 'shown'],
      'resource.appArgs': ['shown', 'x6'],
      'resource.appArgsSensitivity': [0, 1],
    };
    expect(parsed(resourceData([snapshot('a', { properties })], undefined).json)[0]?.properties).toEqual({
      'resource.connectionString': '***',
      apiKey: '***',
      empty_password: '',
      nested: {
        Password: '***',
        items: [
          { name: 'TOKEN', value: '***' },
          { name: 'PLAIN', value: 'shown' },
          { isSecret: true, value: '***' },
        ],
      },
      pair: ['client-secret', '***'],
      'executable.args': ['--api-key', '***', '--verbose', 'shown', 'token.txt', 'shown'],
      'resource.appArgs': ['shown', '***'],
      'resource.appArgsSensitivity': [0, 1],
    });
  });

  it('have no default for an argument that takes a secret', () => {
    const argumentInputs = [
      { name: 'pin', inputType: 'SecretText', value: 'x1' },
      { name: 'accessToken', inputType: 'Text', value: 'x2' },
      { name: 'count', inputType: 'Number', value: '3', options: { three_to_go: 'Three' } },
    ];
    const commands = [{ name: 'doIt', state: 'Enabled', visibility: 'Api', argumentInputs }];
    const [resource] = parsed(resourceData([snapshot('a', { commands })], undefined).json);
    expect(resource?.commands).toEqual({
      doIt: {
        visibility: 'Api',
        state: 'Enabled',
        sort_order: 0,
        argument_inputs: [
          { name: 'pin', input_type: 'SecretText' },
          { name: 'accessToken', input_type: 'Text' },
          { name: 'count', input_type: 'Number', value: '3', options: { three_to_go: 'Three' } },
        ],
      },
    });
  });

  it('are bounded: long texts are cut, endless properties end, and what has no room is named', () => {
    const long = snapshot('long', { properties: { text: 'x'.repeat(10_000), list: Array.from({ length: 5_000 }, (_, index) => index) } });
    const [{ properties }] = parsed(resourceData([long], undefined).json) as [Record<string, any>];
    expect([properties.text.length, properties.text.slice(-15)]).toEqual([4_096 + 14, 'x...[TRUNCATED]']);
    expect([properties.list.length, properties.list.at(-2), properties.list.at(-1)]).toEqual([1_999, 1_997, '...[TRUNCATED]']);
    const many = Array.from({ length: 400 }, (_, index) => snapshot(`r${index}`, { properties: { text: 'x'.repeat(4_000) } }));
    const { json, omission, count } = resourceData(many, undefined);
    expect(json.length).toBeLessThanOrEqual(1_000_000);
    expect(parsed(json).length).toBeGreaterThan(200);
    expect(omission).toMatch(/^Left out, because the answer would have had more than 1000000 characters: r2\d\d, .* and \d+ more\.$/);
    expect(count).toBe(400);
    const small = Array.from({ length: 4_000 }, (_, index) => snapshot(`r${index}`, { properties: { a: index, b: index, c: index } }));
    expect(resourceData(small, undefined).json.length).toBeLessThanOrEqual(1_000_000);
  });

  it('are described in no time however many there are, and however they refer to each other', () => {
    const relationships = Array.from({ length: 20 }, (_, index) => ({ type: 'Reference', resourceName: `r${index}` }));
    const many = Array.from({ length: 3_000 }, (_, index) => snapshot(`r${index}`, { relationships, waitingFor: ['R7'] }));
    const [first] = parsed(resourceData(many, undefined).json);
    expect([first?.relationships.length, first?.waiting_for]).toEqual([20, ['r7']]);
  });
});
