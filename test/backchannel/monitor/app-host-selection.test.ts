import { symlinkSync } from 'node:fs';
import fc from 'fast-check';
import {
  type AppHostSelectionReason,
  type AppHostSocketStatus,
  type IAppHostConnection,
  selectAppHost,
  selectConnection,
  type SelectionQuestion,
} from '../../../src/backchannel/monitor/index.js';
import { computeSocketKeys } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

interface Instance {
  readonly path?: string | undefined;
  readonly inScope?: boolean;
  readonly pid?: number;
  readonly startedAt?: string | null;
  readonly socket?: string;
}

const directory = '/srv/shop';
const shop = '/srv/shop/apphost.ts';
const blog = '/srv/blog/apphost.ts';

function connection({
  path = shop,
  inScope = path.startsWith(`${directory}/`),
  pid = 1,
  startedAt = null,
  socket = `/run/${path}.${pid}`,
}: Instance): IAppHostConnection {
  const none = { cliProcessId: null, stableStartedAt: null, cliStartedAt: null, cliStableStartedAt: null, cliLogFilePath: null };
  const appHostInfo = { ...none, appHostPath: path, processId: pid, startedAt };
  return {
    socketPath: socket,
    appHostId: 'id',
    appHostInfo,
    capabilities: [],
    isInScope: inScope,
    client: undefined as unknown as IAppHostConnection['client'],
  };
}

/** One that has answered with nothing; whoever judged it made a mistake. */
function nameless(socket: string, isInScope = false): IAppHostConnection {
  return { ...connection({ socket }), isInScope, appHostInfo: undefined };
}

function socket(facts: Partial<AppHostSocketStatus> = {}): AppHostSocketStatus {
  const defaults = {
    socketPath: '/run/silent',
    appHostId: 'silent-id',
    processId: 7,
    state: 'backingOff' as const,
    problem: undefined,
    appHostPath: undefined,
    failedAttempts: 3,
  };
  return { ...defaults, ...facts };
}

/** Asks without the file system: every path is canonical. */
function ask(facts: Partial<SelectionQuestion> = {}) {
  const canonicalPathOf = ({ appHostPath }: { readonly appHostPath: string }) => (appHostPath.startsWith('/') ? appHostPath : undefined);
  const question: SelectionQuestion = {
    connections: [],
    sockets: [],
    selectedPath: undefined,
    workingDirectory: directory,
    canonicalPathOf,
    platform: 'linux',
    ...facts,
  };
  const selection = selectAppHost(question);
  expect(selectConnection(question)).toBe(selection.connection);
  return selection;
}

const here = connection({});
const hereToo = connection({ path: '/srv/shop/other/apphost.ts', pid: 2 });
const elsewhere = connection({ path: blog, pid: 3 });
const elsewhereToo = connection({ path: '/srv/wiki/apphost.ts', pid: 4 });

type Row = readonly [string, Partial<SelectionQuestion>, AppHostSelectionReason, IAppHostConnection | undefined, readonly IAppHostConnection[]];

describe('selectAppHost', () => {
  it.each<Row>([
    ['nothing there', {}, 'noneRunning', undefined, []],
    ['nothing there, anything allowed', { allowOutOfScope: true }, 'noneRunning', undefined, []],
    [
      'only sockets of the dead',
      { sockets: [socket({ state: 'orphaned' }), socket({ state: 'foreign' }), socket({ state: 'gone' })] },
      'noneRunning',
      undefined,
      [],
    ],
    ['only one that does not answer', { sockets: [socket()] }, 'noneResponding', undefined, []],
    ['only one that was never tried', { sockets: [socket({ state: 'discovered' })] }, 'noneResponding', undefined, []],
    ['one in scope', { connections: [here] }, 'onlyInScope', here, [here]],
    ['one in scope among others', { connections: [elsewhere, here, elsewhereToo] }, 'onlyInScope', here, [elsewhere, here, elsewhereToo]],
    ['two in scope', { connections: [hereToo, elsewhere, here] }, 'severalInScope', undefined, [here, hereToo]],
    ['two in scope, anything allowed', { connections: [hereToo, elsewhere, here], allowOutOfScope: true }, 'severalInScope', undefined, [here, hereToo]],
    ['one elsewhere', { connections: [elsewhere] }, 'noneInScope', undefined, [elsewhere]],
    ['one elsewhere that is allowed', { connections: [elsewhere], allowOutOfScope: true }, 'onlyOutOfScope', elsewhere, [elsewhere]],
    ['two elsewhere that are allowed', { connections: [elsewhereToo, elsewhere], allowOutOfScope: true }, 'noneInScope', undefined, [elsewhere, elsewhereToo]],
    ['one here and one elsewhere, anything allowed', { connections: [elsewhere, here], allowOutOfScope: true }, 'onlyInScope', here, [elsewhere, here]],
    ['the chosen one', { connections: [elsewhere, here], selectedPath: shop }, 'selected', here, [elsewhere, here]],
    ['the chosen one elsewhere', { connections: [elsewhere, here], selectedPath: blog }, 'selected', elsewhere, [elsewhere, here]],
    ['another than the chosen one', { connections: [here], selectedPath: blog, allowOutOfScope: true }, 'selectedNotRunning', undefined, [here]],
    ['nothing, and one is chosen', { selectedPath: blog }, 'selectedNotRunning', undefined, []],
    [
      'a socket of the chosen one',
      { connections: [here], selectedPath: blog, sockets: [socket({ appHostPath: blog })] },
      'selectedNotResponding',
      undefined,
      [here],
    ],
    [
      'a dead socket of the chosen one',
      { selectedPath: blog, sockets: [socket({ appHostPath: blog, state: 'orphaned' })] },
      'selectedNotRunning',
      undefined,
      [],
    ],
    ['a silent socket of another', { selectedPath: blog, sockets: [socket({ appHostPath: shop })] }, 'selectedNotRunning', undefined, []],
    ['a silent socket of nobody knows whom', { selectedPath: blog, sockets: [socket()] }, 'selectedNotRunning', undefined, []],
    ['one without a path', { connections: [nameless('/run/x', true)] }, 'noneInScope', undefined, [nameless('/run/x', true)]],
  ])('with %s', (_what, question, reason, expected, candidates) => {
    const selection = ask(question);
    expect({ ...selection, message: '' }).toEqual({ connection: expected, reason, candidates, message: '' });
  });

  it.each(['discovered', 'connecting', 'handshaking', 'backingOff'] as const)('takes a socket that is %s for one that does not answer', state => {
    expect(ask({ sockets: [socket({ state, appHostPath: blog })], selectedPath: blog }).reason).toBe('selectedNotResponding');
  });

  it('takes the chosen AppHost that answers although an instance of it does not', () => {
    expect(ask({ connections: [here], sockets: [socket({ appHostPath: shop })], selectedPath: shop })).toMatchObject({ connection: here, reason: 'selected' });
  });

  it('recognises a socket of the chosen file by its name, of whatever version, before anybody has answered on it', async () => {
    const selectedKeys = await computeSocketKeys(blog);
    const ids = [...selectedKeys.appHostIds, ...selectedKeys.legacyHashes];
    expect(ids).toHaveLength(3);
    const reasons = [...ids, 'other'].map(appHostId => ask({ selectedPath: blog, selectedKeys, sockets: [socket({ appHostId })] }).reason);
    expect(reasons).toEqual(['selectedNotResponding', 'selectedNotResponding', 'selectedNotResponding', 'selectedNotRunning']);
  });

  it('takes the newest instance of the chosen file, and puts it first among the candidates', () => {
    const old = connection({ pid: 30, startedAt: '2026-01-01T08:00:00+00:00' });
    const recent = connection({ pid: 20, startedAt: '2026-01-01T10:00:00+01:00' });
    const unknown = connection({ pid: 40 });
    const unknownToo = connection({ pid: 50 });
    const { connection: taken, candidates } = ask({ connections: [unknown, old, elsewhere, unknownToo, recent], selectedPath: shop });
    expect(taken).toBe(recent);
    expect(candidates).toEqual([elsewhere, recent, old, unknownToo, unknown]);
  });

  it('does not choose between two instances of one file unless that is chosen', () => {
    expect(ask({ connections: [here, connection({ pid: 2 })] }).reason).toBe('severalInScope');
  });

  it('resolves links in the chosen path and in those of the AppHosts and sockets', () => {
    using folder = new TemporaryFolder({ 'real/apphost.ts': '' });
    symlinkSync(folder.at('real'), folder.at('link'));
    symlinkSync(folder.at('real'), folder.at('other'));
    const [real, link, other] = ['real', 'link', 'other'].map(name => folder.at(name, 'apphost.ts'));
    const reasons = [
      [real, link],
      [link, real],
      [link, other],
      [link, folder.at('else')],
    ].flatMap(([selectedPath, path]) => [
      ask({ selectedPath, connections: [connection({ path })], canonicalPathOf: undefined }).reason,
      ask({ selectedPath, sockets: [socket({ appHostPath: path })], canonicalPathOf: undefined }).reason,
    ]);
    const same = ['selected', 'selectedNotResponding'];
    expect(reasons).toEqual([...same, ...same, ...same, 'selectedNotRunning', 'selectedNotRunning']);
  });

  it('knows an AppHost by the path as it was chosen, too, when a link in that leads elsewhere by now', () => {
    const facts = { selectedPath: shop, canonicalPathOf: () => '/srv/release-1/apphost.ts' };
    expect(ask({ ...facts, connections: [here] }).reason).toBe('selected');
    expect(ask({ ...facts, sockets: [socket({ appHostPath: shop })] }).reason).toBe('selectedNotResponding');
  });

  it('compares letter case on Linux only', () => {
    const path = '/srv/Shop/AppHost.ts';
    const reasons = (['linux', 'darwin', 'win32'] as const).flatMap(platform => [
      ask({ connections: [connection({ path })], selectedPath: shop, platform }).reason,
      ask({ sockets: [socket({ appHostPath: path })], selectedPath: shop, platform }).reason,
    ]);
    const same = ['selected', 'selectedNotResponding'];
    expect(reasons).toEqual(['selectedNotRunning', 'selectedNotRunning', ...same, ...same]);
  });

  it('knows no file by a path that is empty or not absolute', () => {
    const connections = ['', 'apphost.ts'].map((path, index) => connection({ path, inScope: true, pid: index, socket: `/run/${index}` }));
    expect(ask({ connections, selectedPath: 'apphost.ts', canonicalPathOf: undefined }).reason).toBe('selectedNotRunning');
    expect(ask({ connections: connections.slice(0, 1) }).reason).toBe('noneInScope');
  });
});

describe('selectAppHost, whatever there is,', () => {
  const paths = fc.constantFrom(shop, hereToo.appHostInfo!.appHostPath, blog, 'relative.ts', '');
  const startedAt = fc.constantFrom(null, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '9999-12-31T23:59:59Z');
  const instances = fc.record({ path: paths, inScope: fc.boolean(), pid: fc.nat(3), startedAt, isNameless: fc.boolean() });
  const connections = fc
    .array(instances, { maxLength: 6 })
    .map(all =>
      all.map(({ isNameless, ...each }, index) => (isNameless ? nameless(`/run/${index}`, each.inScope) : connection({ ...each, socket: `/run/${index}` }))),
    );
  const states = fc.constantFrom('discovered', 'connecting', 'handshaking', 'connected', 'backingOff', 'orphaned', 'foreign', 'gone');
  const sockets = fc
    .array(fc.record({ state: states, appHostPath: fc.option(paths, { nil: undefined }) }), { maxLength: 4 })
    .map(all => all.map((each, index) => socket({ ...each, socketPath: `/run/silent${index}` })));
  const questions = fc.record({
    connections,
    sockets,
    selectedPath: fc.option(fc.constantFrom(shop, blog, '/srv/else'), { nil: undefined }),
    allowOutOfScope: fc.boolean(),
  });
  const withConnection: readonly AppHostSelectionReason[] = ['selected', 'onlyInScope', 'onlyOutOfScope'];

  it('gives no AppHost outside of the working directory unless it was chosen, or allowed and the only one', () => {
    fc.assert(
      fc.property(questions, question => {
        const { connection: taken, reason } = ask(question);
        expect(taken !== undefined).toBe(withConnection.includes(reason));
        if (question.selectedPath !== undefined) expect(taken?.appHostInfo?.appHostPath ?? question.selectedPath).toBe(question.selectedPath);
        else if (taken && !(taken.isInScope && taken.appHostInfo)) expect([question.allowOutOfScope, question.connections]).toEqual([true, [taken]]);
      }),
    );
  });

  it('answers the same twice, in whatever order things come', () => {
    const shuffled = questions.chain(question =>
      fc.record({ question: fc.constant(question), connections: shuffle(question.connections), sockets: shuffle(question.sockets) }),
    );
    fc.assert(
      fc.property(shuffled, ({ question, ...others }) => {
        const first = ask(question);
        expect(ask(question)).toEqual(first);
        const { connection: taken, ...second } = ask({ ...question, ...others });
        expect(second).toEqual({ reason: first.reason, candidates: first.candidates, message: first.message });
        expect(taken).toBe(first.connection);
      }),
    );
  });

  it('leaves what it is given as it is', () => {
    fc.assert(
      fc.property(questions, question => {
        const given = { ...question, connections: Object.freeze([...question.connections]), sockets: Object.freeze([...question.sockets]) };
        expect(() => ask(given)).not.toThrow();
      }),
    );
  });

  function shuffle<T>(values: readonly T[]): fc.Arbitrary<T[]> {
    return fc.shuffledSubarray([...values], { minLength: values.length });
  }
});

describe('the message of a selection', () => {
  const silent = socket({ problem: new Error('No answer within 5000 ms.') });

  it.each<readonly [string, Partial<SelectionQuestion>, string]>([
    ['selected', { connections: [here], selectedPath: shop }, "'/srv/shop/apphost.ts' is selected."],
    [
      'selected, of several instances',
      { connections: [here, connection({ pid: 9 })], selectedPath: shop },
      "'/srv/shop/apphost.ts' is selected, and the newest of its 2 instances is taken, process 9.",
    ],
    ['onlyInScope', { connections: [here, elsewhere] }, "'/srv/shop/apphost.ts' is the only AppHost that answers in '/srv/shop'."],
    [
      'onlyOutOfScope',
      { connections: [elsewhere], sockets: [silent], allowOutOfScope: true },
      "No AppHost answers in '/srv/shop'. '/srv/blog/apphost.ts' is the only one elsewhere. One that does not answer may be another.",
    ],
    [
      'onlyOutOfScope, without a path',
      { connections: [nameless('/run/x')], allowOutOfScope: true },
      "No AppHost answers in '/srv/shop'. An AppHost without a path at '/run/x' is the only one elsewhere.",
    ],
    [
      'selectedNotRunning',
      { connections: [here], selectedPath: blog },
      "The selected AppHost '/srv/blog/apphost.ts' is not running. Start it, or select another one by its path.\nRunning AppHosts:\n  - /srv/shop/apphost.ts (process 1)",
    ],
    [
      'selectedNotRunning, alone',
      { selectedPath: blog, sockets: [silent, socket({ socketPath: '/run/silent2' })] },
      "The selected AppHost '/srv/blog/apphost.ts' is not running. Start it, or select another one by its path. 2 that do not answer may be others.",
    ],
    [
      'selectedNotResponding',
      { selectedPath: blog, sockets: [{ ...silent, appHostPath: blog }, socket({ socketPath: '/run/of-another' })] },
      "The selected AppHost '/srv/blog/apphost.ts' does not answer. Wait for it, restart it, or select another one by its path." +
        "\nSockets:\n  - /run/silent: backingOff, '/srv/blog/apphost.ts', No answer within 5000 ms.",
    ],
    [
      'severalInScope',
      { connections: [hereToo, here, elsewhere] },
      "2 AppHosts run in '/srv/shop'. Select one by its path.\nRunning AppHosts:\n  - /srv/shop/apphost.ts (process 1)\n  - /srv/shop/other/apphost.ts (process 2)",
    ],
    [
      'severalInScope, of one file',
      { connections: [here, connection({ pid: 9 })] },
      "2 AppHosts run in '/srv/shop', all of one file. Select it by its path, and the newest is taken." +
        '\nRunning AppHosts:\n  - /srv/shop/apphost.ts (process 9)\n  - /srv/shop/apphost.ts (process 1)',
    ],
    [
      'noneInScope',
      { connections: [elsewhere, nameless('/run/x')] },
      "No AppHost answers in '/srv/shop', only elsewhere. To work with one of those, select it by its path." +
        "\nRunning AppHosts:\n  - /srv/blog/apphost.ts (process 3)\n  - An AppHost without a path at '/run/x'",
    ],
    [
      'noneResponding',
      { sockets: [silent] },
      'No running AppHost answers. Wait for it, or end it and start it again.\nSockets:\n  - /run/silent: backingOff, No answer within 5000 ms.',
    ],
    ['noneRunning', {}, "No running AppHost found. Use 'aspire run' to start one first."],
  ])('says what was found and what to do: %s', (_reason, question, expected) => {
    expect(ask(question).message).toBe(expected);
  });

  it('lists ten at most', () => {
    const many = Array.from({ length: 1000 }, (_, index) => connection({ path: `/srv/shop/${String(index).padStart(3, '0')}/apphost.ts` }));
    const lines = ask({ connections: many }).message.split('\n');
    expect([lines.length, lines[2], lines.at(-1)]).toEqual([13, '  - /srv/shop/000/apphost.ts (process 1)', '  - … and 990 more']);
  });

  it('stays short and controls no terminal, whatever AppHosts, sockets and directories are called', () => {
    const hostile = `/\u001b[31m\u202e\r\nError: all is lost\u0007\u2028${'x'.repeat(1_000_000)}`;
    const sockets = [socket({ socketPath: hostile, appHostPath: hostile, problem: new Error(hostile) })];
    const one = connection({ path: hostile, inScope: true, socket: hostile });
    const another = connection({ path: hostile, inScope: true, socket: `${hostile}2` });
    const asked: Partial<SelectionQuestion>[] = [
      { connections: [one] },
      { connections: [one, another] },
      { connections: [connection({ path: hostile, inScope: false })] },
      { connections: [connection({ path: hostile, inScope: false })], allowOutOfScope: true },
      { connections: [nameless(hostile)], allowOutOfScope: true },
      { connections: [one], selectedPath: hostile },
      { connections: [one], selectedPath: shop },
      { sockets, selectedPath: hostile },
      { sockets },
    ];
    for (const question of asked) {
      const { message } = ask({ ...question, workingDirectory: hostile });
      expect(message.length).toBeLessThan(2_000);
      expect(message).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
      expect(message.split('\n').filter(line => line.startsWith('Error'))).toEqual([]);
    }
  });
});
