/** Sets variables of this process, or takes them away where they are undefined, and puts everything back when it is disposed. */
export class ProcessEnvironment implements Disposable {
  readonly #before: NodeJS.ProcessEnv;

  constructor(changes: Readonly<Record<string, string | undefined>>) {
    this.#before = Object.fromEntries(Object.keys(changes).map(name => [name, process.env[name]]));
    assign(changes);
  }

  [Symbol.dispose](): void {
    assign(this.#before);
  }
}

/** Makes the process look as if it had been started with another script, until it is disposed. */
export class MainScript implements Disposable {
  readonly #before = process.argv[1]!;

  constructor(path: string) {
    process.argv[1] = path;
  }

  [Symbol.dispose](): void {
    process.argv[1] = this.#before;
  }
}

function assign(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
