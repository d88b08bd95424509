import { AppHostConnection } from 'hostward/backchannel';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { RecordedAppHost } from '../../support/recorded-app-host.js';
import { playOut } from '../../support/recorded-clock.js';
import { answerTool } from '../../support/recorded-mcp-session.js';
import { readRecording } from '../../support/recorded-traffic.js';

expectNoLeaks();

describe('the client, under the MCP server of the real command line', () => {
  it('tells what its tools answered: cli/agent-mcp', async () => {
    const { connections, mcp } = readRecording('cli/agent-mcp');
    const [recorded] = connections;
    const time = new FakeTimeProvider();
    const appHost = new RecordedAppHost(recorded!, time);
    const connection = await playOut(time, AppHostConnection.open(appHost.stream, { timeProvider: time }));
    const answers = new Map(mcp.filter(line => line.mcp === 'server').map(({ message }) => [message.id, message]));
    const asked: string[] = [];
    for (const { message } of mcp.filter(line => line.mcp === 'client')) {
      if (message?.method === 'tools/list') expect(await playOut(time, toolNames(connection))).toEqual(resourceTools(answers.get(message.id)));
      if (message?.method !== 'tools/call') continue;
      const { name, arguments: args } = message.params;
      const answer = await playOut(time, answerTool(connection, name, args));
      if (answer) asked.push(name);
      if (answer) expect(answer).toEqual(recordedAnswer(answers.get(message.id)));
    }
    expect(asked).toHaveLength(11);
    expect({ problems: appHost.problems, unasked: appHost.unasked, unaskedItems: appHost.unaskedItems }).toEqual({
      problems: [],
      unasked: [],
      unaskedItems: 0,
    });
    await playOut(time, connection[Symbol.asyncDispose]());
  });
});

/** The tools that resources add, which the server asked for when it listed its own. */
async function toolNames(connection: AppHostConnection): Promise<readonly string[]> {
  const resources = await connection.getResources({ includeHidden: true });
  return resources.flatMap(({ displayName, mcpServer }) => (mcpServer?.tools ?? []).map(({ name }) => `${displayName}_${String(name)}`));
}

function resourceTools({ result }: any): readonly string[] {
  return result.tools.map(({ name }: any) => name).filter((name: string) => name.startsWith('web_'));
}

function recordedAnswer({ result, error }: any): object {
  if (error) return { hasDashboard: !error.message.includes('Dashboard is not available') };
  const [first] = result.content;
  const data = first.text.split('# RESOURCE DATA\n\n')[1];
  if (data === undefined) return result;
  // Digits beyond a double, which no number in JavaScript has, and the choice of escapes are not compared.
  return { content: [{ type: 'text', text: JSON.stringify(JSON.parse(data), undefined, 2) }] };
}
