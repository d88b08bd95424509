import type { IConsoleStream } from '../../hosting/console.js';

/** The few colours that a state can have. */
export type Colour = 'green' | 'yellow' | 'red' | 'grey';

const codes: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, grey: 90 };

/** Paints text, or leaves it alone. */
export type Painter = (text: string, colour: Colour | undefined) => string;

/** Colours are for terminals: a non-empty `NO_COLOR` and `TERM=dumb` turn them off, a non-empty `FORCE_COLOR` other than 0 turns them on. */
export function painterFor(stream: IConsoleStream, environment: NodeJS.ProcessEnv = process.env): Painter {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const isOn = NO_COLOR ? false : FORCE_COLOR ? FORCE_COLOR !== '0' : stream.isTerminal && TERM !== 'dumb';
  return (text, colour) => (isOn && colour ? `\u001b[${codes[colour]}m${text}\u001b[39m` : text);
}
