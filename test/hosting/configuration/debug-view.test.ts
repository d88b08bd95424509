import { ConfigurationBuilder, ConfigurationManager } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const chained = new ConfigurationBuilder().addCommandLine(['--Mail:Port=25']).build();
const configuration = new ConfigurationBuilder()
  .addInMemoryCollection({ 'Mail:Server': 'here', 'Mail:Password': 'geheim', 'ConnectionStrings:main': 'pwd=geheim', 'Api:Token': '', empty: null })
  .addConfiguration(chained)
  .build();

describe('the debug view', () => {
  it('shows each key with its value and the provider that it comes from, and no secret', () => {
    expect(configuration.getDebugView()).toBe(`Api:
  Token= (MemoryConfigurationProvider)
ConnectionStrings:
  main=*** (MemoryConfigurationProvider)
empty= (MemoryConfigurationProvider)
Mail:
  Password=*** (MemoryConfigurationProvider)
  Port=25 (CommandLineConfigurationProvider)
  Server=here (MemoryConfigurationProvider)
`);
  });

  it('masks what it is told to', () => {
    const view = configuration.getDebugView({ isSecret: path => path === 'Mail:Server' });
    expect(view).toContain('Server=*** (');
    expect(view).toContain('Password=geheim (');
  });

  it('shows values as it is told to', () => {
    const view = configuration.getDebugView({ processValue: ({ path, key, value, provider }) => `<${path} ${key} ${value?.length} ${String(provider)}>` });
    expect(view).toContain('Port=<Mail:Port Port 2 CommandLineConfigurationProvider> (');
  });

  it('masks what was marked as secret, what is below it, and the same in chained configurations', () => {
    const inner = new ConfigurationBuilder()
      .addInMemoryCollection({ 'Users:0:Mark': 'a', 'Users:0:Mark:deep': 'b', 'Users:0:Marker': 'c', 'Users:Mark': 'd' })
      .build();
    inner.markSecret('users:mark');
    using outer = new ConfigurationManager().addConfiguration(inner.getSection('Users')).addInMemoryCollection({ pin: '1', pins: '2' });
    outer.markSecret('PIN');
    expect(outer.getDebugView().match(/\w+=\S+/g)).toEqual(['Mark=***', 'deep=***', 'Marker=c', 'Mark=***', 'pin=***', 'pins=2']);
  });
});
