import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { createLogs, fieldsOf, lines, messageOf, removeLogs, timeLines, writeOurs } from '../log-json.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `writing ${lines.toLocaleString('en')} lines of JSON with equal fields to a file, each by a system call of its own`,
  warmup: 3,
  runs: 15,
  async setup() {
    const logs = await createLogs();
    const { default: winston } = await import('winston');
    const { fd } = logs.files.peer;
    const stream = new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        writeSync(fd, text);
        done();
      },
    });
    const format = winston.format.combine(winston.format.timestamp(), winston.format.json());
    return { ...logs, winston: winston.createLogger({ level: 'info', format, transports: [new winston.transports.Stream({ stream })] }) };
  },
  teardown(logs) {
    logs.winston.close();
    removeLogs(logs);
  },
  ours: { name: 'hostward', run: logs => timeLines(logs.files.hostward, writeOurs(logs)) },
  peers: [
    {
      name: 'winston',
      atMost: 1 / 3,
      run: ({ files, winston }) => timeLines(files.peer, line => winston.info(messageOf(line), fieldsOf(line))),
    },
  ],
};
