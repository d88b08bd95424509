import type { ResourceSnapshot } from 'hostward/backchannel';

type Argument = ResourceSnapshot['commands'][number]['argumentInputs'][number];

/** The values for a command, or why there are none. */
export interface CommandArguments {
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly problems: readonly string[];
}

/** Reads the words behind `--` as the options that a command declares. */
export function readCommandArguments(words: readonly string[], declared: readonly Argument[]): CommandArguments {
  if (words.length === 0 && declared.length === 0) return { values: undefined, problems: [] };
  const values: Record<string, string> = {};
  const [unmatched, unknown, unreadable]: [string[], string[], string[]] = [[], [], []];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const argument = declared.find(({ name }) => word === `--${name}` || word === optionName(name));
    const following = words[index + 1];
    const hasValue = following !== undefined && !following.startsWith('--');
    if (!argument) {
      if (!word.startsWith('--')) unmatched.push(word);
      else unknown.push(hasValue ? `${word} ${words[++index]!}` : word);
    } else if (argument.inputType === 'Boolean') {
      values[argument.name] = hasValue && /^(true|false)$/i.test(following) ? words[++index]!.toLowerCase() : 'true';
    } else {
      const value = words[++index] ?? '';
      values[argument.name] = value;
      if (argument.inputType === 'Number' && Number.isNaN(Number(value)))
        unreadable.push(`Cannot parse argument '${value}' for option '${word}' as expected type 'System.Nullable\`1[System.Double]'.`);
    }
  }
  const problems = [
    ...unmatched.map(word => `Unrecognized command or argument '${word}'.`),
    ...unreadable,
    ...declared.flatMap(argument => problemsWith(argument, values[argument.name])),
    ...unrecognized(unknown),
  ];
  return { values, problems };
}

function unrecognized(options: readonly string[]): string[] {
  if (options.length === 0) return [];
  const quoted = options.map(option => `'${option}'`).join(', ');
  return [options.length === 1 ? `Unrecognized command option ${quoted}.` : `Unrecognized command options: ${quoted}.`];
}

function problemsWith({ name, required, value: fallback, disabled, inputType, options, allowCustomChoice }: Argument, value: string | undefined): string[] {
  if (value === undefined) return required && fallback === null ? [`Required option '${optionName(name)}' was not provided.`] : [];
  if (disabled) return [`Option '${optionName(name)}' is disabled.`];
  const isChoice = inputType === 'Choice' && options !== null && !allowCustomChoice;
  if (isChoice && !Object.hasOwn(options, value))
    return [`Option '${optionName(name)}' only accepts the following values: ${Object.keys(options).join(', ')}.`];
  return [];
}

/** `someName` as `--some-name`. */
export function optionName(name: string): string {
  return `--${name.replace(/(?<=.)[A-Z]/g, letter => `-${letter}`).toLowerCase()}`;
}
