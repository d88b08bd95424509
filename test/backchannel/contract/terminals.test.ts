import { readTerminalInfo, readTerminalInfoRequest, readTerminalList } from '../../../src/backchannel/contract/index.js';
import { recordedResults, toPascalCase } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const replica = {
  replicaIndex: 1,
  label: 'replica 1',
  consumerUdsPath: '/tmp/t.sock',
  isAlive: true,
  exitCode: null,
  producerConnected: true,
  restartCount: 2,
  currentColumns: 80,
  currentRows: 24,
  attachedPeerCount: 1,
  peers: [{ peerId: 'p', displayName: null }],
};
const summary = { resourceName: 'shell-abc', displayName: 'shell', configuredColumns: 80, configuredRows: 24, isHostReachable: true, replicas: [replica] };

describe('readTerminalInfo', () => {
  it('reads what recorded AppHosts said of resources without a terminal', () => {
    const recorded = recordedResults('raw/methods', 'GetTerminalInfoAsync');
    expect(recorded.length).toBeGreaterThan(0);
    for (const answer of recorded) expect(readTerminalInfo(answer)).toEqual(answer);
  });

  it('reads every member, in either spelling', () => {
    const info = { isAvailable: true, replicas: [replica], socketPath: null, columns: 80, rows: 24 };
    expect(readTerminalInfo(info)).toEqual(info);
    expect(readTerminalInfo(toPascalCase(info))).toEqual(info);
  });

  it('fills in what is missing', () => {
    expect(readTerminalInfo({ isAvailable: true, replicas: [{ replicaIndex: 0, label: 'l', consumerUdsPath: '', isAlive: false }] })).toEqual({
      isAvailable: true,
      replicas: [
        {
          replicaIndex: 0,
          label: 'l',
          consumerUdsPath: '',
          isAlive: false,
          exitCode: null,
          producerConnected: false,
          restartCount: 0,
          currentColumns: null,
          currentRows: null,
          attachedPeerCount: null,
          peers: null,
        },
      ],
      socketPath: null,
      columns: 0,
      rows: 0,
    });
  });

  it('takes a terminal that is alive for one that is connected, unless it says otherwise', () => {
    const { producerConnected: _left, ...alive } = replica;
    const read = (...replicas: object[]) => readTerminalInfo({ isAvailable: true, replicas }).replicas?.map(({ producerConnected }) => producerConnected);
    expect(read(alive, { ...alive, isAlive: false }, { ...alive, producerConnected: false })).toEqual([true, false, false]);
  });

  it.each([
    [null, 'TerminalInfo', 'an object', 'null'],
    [{}, 'TerminalInfo.isAvailable', 'true or false', 'nothing'],
    [{ isAvailable: true, columns: '80' }, 'TerminalInfo.columns', 'a whole number or null', 'a string'],
    [{ isAvailable: true, replicas: [replica, { ...replica, isAlive: null }] }, 'TerminalInfo.replicas[1].isAlive', 'true or false', 'null'],
    [{ isAvailable: true, replicas: [{ ...replica, peers: [{}] }] }, 'TerminalInfo.replicas[0].peers[0].peerId', 'a text', 'nothing'],
  ])('refuses %j and says where', (value, member, expected, found) => {
    expect(() => readTerminalInfo(value)).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, expected, found }));
  });
});

describe('readTerminalList', () => {
  it('reads the recorded lists, and a full one in either spelling', () => {
    const recorded = recordedResults('raw/methods', 'ListTerminalsAsync');
    expect(recorded.length).toBeGreaterThan(0);
    for (const answer of recorded) expect(readTerminalList(answer)).toEqual(answer);
    expect(readTerminalList({ terminals: [summary] })).toEqual({ terminals: [summary] });
    expect(readTerminalList(toPascalCase({ terminals: [summary] }))).toEqual({ terminals: [summary] });
  });

  it.each([[null], [undefined], [{}], [{ terminals: null }]])('takes %j for none', value => {
    expect(readTerminalList(value)).toEqual({ terminals: [] });
  });

  it('says which terminal it refuses', () => {
    expect(() => readTerminalList({ terminals: [summary, { ...summary, configuredRows: 2.5 }] })).toThrow(
      expect.objectContaining({ member: 'TerminalList.terminals[1].configuredRows', expected: 'a whole number', found: 'a number with a fraction' }),
    );
  });
});

describe('readTerminalInfoRequest', () => {
  it('needs a resource name', () => {
    expect(readTerminalInfoRequest({ resourceName: 'a', traceContext: {} })).toEqual({ resourceName: 'a' });
    expect(() => readTerminalInfoRequest({})).toThrow(expect.objectContaining({ member: 'TerminalInfoRequest.resourceName' }));
  });
});
