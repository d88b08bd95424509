import { replayBinder } from './config-binder.js';
import { replayConsoleFormatter } from './config-console-formatter.js';
import { replayHostDefaults } from './config-host.js';
import { replayLayering } from './config-layering.js';
import { replayLoggingConfiguration, replayLoggingFilter, replayMessageTemplate } from './config-logging.js';
import { replayCommandLine, replayEnvironment, replayJson } from './config-providers.js';
import { replayOptions } from './config-options.js';
import type { Verdict } from './time-parity.js';

/** One vector of a recording: what went in, and what the real packages made of it. */
export interface ConfigVector {
  readonly in: unknown;
  readonly out: unknown;
  readonly tags?: readonly string[];
}

/** The content of a recording of configuration, options, logging and host defaults. */
export interface ConfigRecording {
  readonly format: 'hostward-config/1';
  readonly sections: Readonly<Record<string, readonly ConfigVector[]>>;
}

/** Replays one vector of a section. */
export type SectionReplay = (vector: ConfigVector) => Verdict | Promise<Verdict>;

/** What replays each section; a section that is not listed is skipped. */
const sections: Readonly<Record<string, SectionReplay>> = {
  binder: replayBinder,
  commandLine: replayCommandLine,
  consoleFormatter: replayConsoleFormatter,
  environment: replayEnvironment,
  host: replayHostDefaults,
  json: replayJson,
  layering: replayLayering,
  loggingConfiguration: replayLoggingConfiguration,
  loggingFilter: replayLoggingFilter,
  messageTemplate: replayMessageTemplate,
  options: replayOptions,
};

/** Replays one vector of the section. */
export async function replayConfig(section: string, vector: ConfigVector): Promise<Verdict> {
  const replay = Object.hasOwn(sections, section) ? sections[section] : undefined;
  if (!replay) return { differences: [], skipped: `there is no replay of the section ${section}` };
  return replay(vector);
}
