import { type IServiceProvider, IServiceProviderIsService, type IServiceScope, ServiceProvider } from 'hostward';
import { comparableError, factsOf } from './di-errors.js';
import type { DiScenario, ErrorFacts, Outcome, Step } from './di-scenario.js';
import { DiStage, keyOf } from './di-stage.js';
import type { Verdict } from './time-parity.js';

/** What JavaScript has no means for, by tag. */
const impossible: Readonly<Record<string, string>> = {
  overloads: 'a class has one constructor',
  abstract: 'an abstract class is a class like any other when the program runs',
};

/** Where hostward does otherwise on purpose, by tag; a scenario with such a tag that does not otherwise counts as passed. */
const mayDiffer: Readonly<Record<string, string>> = {
  'quirk:constant-slot': 'an instance hides no scoped registration',
  'quirk:null-factory': 'a factory that returns null is remembered like any other',
  'runtime-cycle': 'circles of scoped and transient factories are found, too',
};

/** Replays a scenario of the container, and compares step by step. */
export async function replayDi(scenario: DiScenario): Promise<Verdict> {
  const cannot = scenario.tags?.map(tag => impossible[tag]).find(reason => reason !== undefined);
  if (cannot !== undefined) return { differences: [], skipped: cannot };
  const differences = await new Replay(scenario).run();
  const excuse = scenario.tags?.map(tag => mayDiffer[tag]).find(reason => reason !== undefined);
  return differences.length > 0 && excuse !== undefined ? { differences: [], skipped: excuse } : { differences };
}

class Replay {
  readonly #stage: DiStage;
  readonly #scopes = new Map<string, { readonly services: IServiceProvider; readonly owner: IServiceScope | ServiceProvider }>();

  constructor(private readonly scenario: DiScenario) {
    this.#stage = new DiStage(scenario.impls);
  }

  async run(): Promise<string[]> {
    const { registrations, script, golden } = this.scenario;
    const stage = this.#stage;
    const differences: string[] = [];
    const check = (what: string, expected: unknown, found: unknown): void => {
      const [a, b] = [canonical(expected), canonical(found)];
      if (a !== b) differences.push(`${what}: expected ${a}, found ${b}`);
    };
    for (const [index, op] of registrations.entries()) {
      const recorded = golden.registrations[index]!;
      const found = await this.#outcome(() => (stage.register(op), { count: stage.collection.count }));
      check(`registration ${index + 1} (${op.op})`, ...comparable(recorded, found));
    }
    check('descriptors', golden.descriptors, stage.describeCollection());
    for (const [index, step] of script.entries()) {
      const recorded = golden.steps[index]!;
      const found = await this.#outcome(() => this.#perform(step));
      check(`step ${index + 1} (${step.do})`, ...comparable(recorded, found));
      if (differences.length > 0) break;
    }
    return differences;
  }

  async #outcome(act: () => unknown): Promise<Outcome> {
    this.#stage.events = [];
    let outcome: Outcome;
    try {
      outcome = (await act()) as Outcome;
    } catch (error) {
      outcome = { error: factsOf(error) };
    }
    return this.#stage.events.length > 0 ? { ...outcome, events: this.#stage.events } : outcome;
  }

  #perform(step: Step): unknown {
    const stage = this.#stage;
    if (step.do === 'build') return this.#build();
    const name = step.do === 'dispose' ? step.target : step.do === 'isService' ? 'root' : step.from;
    const scope = this.#scopes.get(name);
    if (!scope) return { skipped: true };
    const { services, owner } = scope;
    const hasKey = 'key' in step;
    const key = keyOf(step.key);
    switch (step.do) {
      case 'createScope': {
        const created = services.createScope();
        stage.name(created.services, step.as);
        this.#scopes.set(step.as, { services: created.services, owner: created });
        return { ok: true };
      }
      case 'get':
        return this.#value(hasKey ? services.getKeyedService(stage.token(step.service), key) : services.getService(stage.token(step.service)));
      case 'getRequired':
        return this.#value(hasKey ? services.getRequiredKeyedService(stage.token(step.service), key) : services.getRequiredService(stage.token(step.service)));
      case 'getAll':
        return this.#value(hasKey ? services.getKeyedServices(stage.token(step.service), key) : services.getServices(stage.token(step.service)));
      case 'isService': {
        const known = services.getRequiredService(IServiceProviderIsService);
        return { value: hasKey ? known.isKeyedService(stage.token(step.service), key) : known.isService(stage.token(step.service)) };
      }
      case 'create': {
        const args = step.args.map(arg => (typeof arg === 'object' && arg !== null ? new (stage.classOf(arg.instance))() : arg));
        return this.#value(services.createInstance(stage.classOf(step.impl), args, stage.dependenciesOf(step.impl)));
      }
      case 'getOrCreate':
        return this.#value(
          services.getService(stage.classOf(step.impl)) ?? services.createInstance(stage.classOf(step.impl), [], stage.dependenciesOf(step.impl)),
        );
      case 'dispose':
        return step.mode === 'sync' ? (owner[Symbol.dispose](), { ok: true }) : owner[Symbol.asyncDispose]().then(() => ({ ok: true }));
    }
  }

  #build(): Outcome {
    const provider = new ServiceProvider(this.#stage.collection, this.scenario.options);
    this.#stage.name(provider, 'root');
    this.#scopes.set('root', { services: provider, owner: provider });
    return { ok: true };
  }

  #value(value: unknown): Outcome {
    return { value: this.#stage.show(value) };
  }
}

function comparable(recorded: Outcome, found: Outcome): [expected: unknown, found: unknown] {
  if (!recorded.error || !found.error) return [recorded, found];
  const compare = (error: ErrorFacts): unknown => comparableError(error, recorded.error!);
  return [
    { ...recorded, error: compare(recorded.error) },
    { ...found, error: compare(found.error) },
  ];
}

/** Text that is equal for what is equal, whatever the order of the members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
