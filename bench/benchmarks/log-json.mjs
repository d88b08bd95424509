import { createLogs, fieldsOf, lines, messageOf, removeLogs, timeLines, writeOurs } from '../log-json.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `writing ${lines.toLocaleString('en')} lines of JSON with equal fields to a file, each by a system call of its own`,
  warmup: 5,
  runs: 25,
  async setup() {
    const logs = await createLogs();
    const { pino } = await import('pino');
    const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'Message' };
    return { ...logs, pino: pino(options, pino.destination({ fd: logs.files.peer.fd, sync: true })) };
  },
  teardown: removeLogs,
  ours: { name: 'hostward', run: logs => timeLines(logs.files.hostward, writeOurs(logs)) },
  peers: [
    {
      name: 'pino',
      atMost: 2,
      run: ({ files, pino }) => timeLines(files.peer, line => pino.info(fieldsOf(line), messageOf(line))),
    },
  ],
};
