import type { Duplex } from 'node:stream';
import type { TimeProvider } from 'hostward';
import type { FileFacts } from 'hostward/backchannel';
import { FakeMachine } from '../../../support/fake-machine.js';
import { turns } from './play.js';

/** Answers questions about files a few turns late, with what was true when they were asked. */
export class LaggingMachine extends FakeMachine {
  readonly #seen = new Map<string, string | undefined>();
  /** Whether the connection that is being accepted leads to the file that was last looked at, and not to one that has come in between. */
  isExpected = false;

  constructor(
    time: TimeProvider,
    private readonly random: () => number,
  ) {
    super(time);
  }

  override async list(directory: string): Promise<readonly string[]> {
    return this.#late(super.list(directory));
  }

  override async inspect(path: string): Promise<FileFacts | undefined> {
    const facts = await this.#late(super.inspect(path));
    this.#seen.set(path, facts?.identity);
    return facts;
  }

  override async connect(path: string, signal: AbortSignal): Promise<Duplex> {
    await this.#lag();
    this.isExpected = this.#seen.get(path) === this.entry(path)?.identity;
    return super.connect(path, signal);
  }

  async #late<T>(answer: Promise<T>): Promise<T> {
    await answer.catch(() => undefined);
    await this.#lag();
    return answer;
  }

  async #lag(): Promise<void> {
    await turns(Math.floor(this.random() * 4));
    this.activity++;
  }
}
