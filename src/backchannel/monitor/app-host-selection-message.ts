import { asLine } from '../client/app-host-text.js';
import { pathOf } from './app-host-order.js';
import type { AppHostSelectionReason } from './app-host-selection.js';
import type { AppHostSocketStatus, IAppHostConnection } from './auxiliary-backchannel-monitor-contract.js';

/** So many AppHosts stand in a message at most. */
const maxListed = 10;

/** What the words tell. */
export interface SelectionFacts {
  readonly connection?: IAppHostConnection | undefined;
  /** How many run of the chosen file. */
  readonly instances?: number | undefined;
  readonly candidates: readonly IAppHostConnection[];
  /** Those of the chosen file that do not answer, or else all that do not. */
  readonly silent: readonly AppHostSocketStatus[];
  readonly selectedPath: string | undefined;
  readonly workingDirectory: string;
}

/** A reason in words for people: what was found, and what to do. AppHosts say what they like of themselves: their texts are cut, and control no terminal. */
export function selectionMessage(reason: AppHostSelectionReason, facts: SelectionFacts): string {
  const { connection, candidates, silent } = facts;
  const directory = `'${asLine(facts.workingDirectory)}'`;
  const selected = `The selected AppHost '${asLine(facts.selectedPath ?? '')}'`;
  const taken = connection ? nameOf(connection) : '';
  const running = `${remarkOn(silent)}${list('Running AppHosts:', candidates.map(describe))}`;
  switch (reason) {
    case 'selected':
      return `${taken} is selected${numberOf(facts)}.`;
    case 'onlyInScope':
      return `${taken} is the only AppHost that answers in ${directory}.`;
    case 'onlyOutOfScope':
      return `No AppHost answers in ${directory}. ${taken} is the only one elsewhere.${remarkOn(silent)}`;
    case 'selectedNotRunning':
      return `${selected} is not running. Start it, or select another one by its path.${running}`;
    case 'selectedNotResponding':
      return `${selected} does not answer. Wait for it, restart it, or select another one by its path.${list('Sockets:', silent.map(describeSilent))}`;
    case 'severalInScope':
      return `${several(candidates, directory)}${running}`;
    case 'noneInScope':
      return `No AppHost answers in ${directory}, only elsewhere. To work with one of those, select it by its path.${running}`;
    case 'noneResponding':
      return `No running AppHost answers. Wait for it, or end it and start it again.${list('Sockets:', silent.map(describeSilent))}`;
    case 'noneRunning':
      return `No running AppHost found. Use 'aspire run' to start one first.`;
  }
}

function numberOf({ connection, instances = 1 }: SelectionFacts): string {
  return instances > 1 ? `, and the newest of its ${instances} instances is taken, process ${connection?.appHostInfo?.processId}` : '';
}

function several(candidates: readonly IAppHostConnection[], directory: string): string {
  const paths = new Set(candidates.map(pathOf));
  const beginning = `${candidates.length} AppHosts run in ${directory}`;
  if (paths.size > 1) return `${beginning}. Select one by its path.`;
  return `${beginning}, all of one file. Select it by its path, and the newest is taken.`;
}

function remarkOn({ length }: readonly AppHostSocketStatus[]): string {
  if (length === 0) return '';
  return length === 1 ? ' One that does not answer may be another.' : ` ${length} that do not answer may be others.`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, maxListed);
  if (lines.length > maxListed) shown.push(`… and ${lines.length - maxListed} more`);
  return `\n${title}${shown.map(line => `\n  - ${line}`).join('')}`;
}

function describe(connection: IAppHostConnection): string {
  const processId = connection.appHostInfo?.processId;
  const path = pathOf(connection);
  return path === undefined || processId === undefined ? nameOf(connection) : `${asLine(path)} (process ${processId})`;
}

function nameOf(connection: IAppHostConnection): string {
  const path = pathOf(connection);
  return path === undefined ? `An AppHost without a path at '${asLine(connection.socketPath)}'` : `'${asLine(path)}'`;
}

function describeSilent({ socketPath, state, appHostPath, problem }: AppHostSocketStatus): string {
  const facts = [appHostPath ? `'${asLine(appHostPath)}'` : undefined, problem ? asLine(problem.message) : undefined];
  return [`${asLine(socketPath)}: ${state}`, ...facts.filter(fact => fact !== undefined)].join(', ');
}
