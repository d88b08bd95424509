// Child processes that are hard to end: one ignores SIGTERM, one has a child in a session of its own that ignores it as well.
import { homedir } from 'node:os';
import { runHost } from 'hostward';
import { addAppHost, addExecutable } from 'hostward/apphost';

const deaf = `trap '' TERM; echo "pid $$"; while true; do sleep 1000; done`;

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: import.meta.filename, homeDirectory: homedir() });
  const options = { workingDirectory: homedir(), stopTimeout: 500 };
  addExecutable(builder.services, 'plain', 'bash', { args: ['-c', 'echo "pid $$"; exec sleep 1000'], ...options });
  addExecutable(builder.services, 'deaf', 'bash', { args: ['-c', deaf], ...options });
  addExecutable(builder.services, 'parent', 'bash', { args: ['-c', `setsid bash -c '${deaf.replaceAll("'", `'\\''`)}' & echo "pid $$"; wait`], ...options });
});
