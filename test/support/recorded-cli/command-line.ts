/** A recorded command line in its parts. */
export interface CommandLine {
  readonly command: string;
  readonly positionals: readonly string[];
  /** Values of options by their long names, flags as true. */
  readonly options: Readonly<Record<string, string | true>>;
  /** What follows `--`. */
  readonly rest: readonly string[];
}

const commands = ['mcp tools', 'mcp call', 'ps', 'describe', 'logs', 'wait', 'stop', 'resource'];
const flags = ['follow', 'timestamps', 'include-hidden', 'all'];
const shortNames: Readonly<Record<string, string>> = { f: 'follow', n: 'tail', t: 'timestamps', i: 'input' };

/** Takes a recorded command line apart. The recording has it without quotes; only `--input` has a value with spaces, and is the last. */
export function parseCommandLine(text: string): CommandLine {
  const line = text.replace(/^aspire /, '');
  const command = commands.find(name => line === name || line.startsWith(`${name} `));
  if (command === undefined) throw new Error(`This command is not known here: ${text}`);
  const [own = '', ...after] = line.slice(command.length).split(/ --(?= |$)/);
  const [before = '', input] = own.split(' --input ');
  const words = before.split(' ').filter(word => word !== '');
  const positionals: string[] = [];
  const options: Record<string, string | true> = input === undefined ? {} : { input };
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const name = word.startsWith('--') ? word.slice(2) : word.startsWith('-') ? shortNames[word.slice(1)] : undefined;
    if (name === undefined) positionals.push(word);
    else options[name] = flags.includes(name) ? true : words[++index]!;
  }
  return {
    command,
    positionals,
    options,
    rest: after
      .join(' --')
      .split(' ')
      .filter(word => word !== ''),
  };
}
