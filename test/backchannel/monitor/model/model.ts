import { type DirectoryKind, type Place, places } from './places.js';
import type { AppHostFacts, Clutter, Manner } from './world.js';

/** An AppHost that runs. */
export interface ModelAppHost extends AppHostFacts {
  /** The process id that it tells. */
  processId: number;
  isHung: boolean;
  /** Whether it has answered at once for as long as it runs, and nothing has come between it and its clients. */
  isSteady: boolean;
  /** Whether it has ever kept a client waiting. */
  hasKeptWaiting: boolean;
  /** Whether nothing had its name before. */
  isFirst: boolean;
}

/** What stands under a name. */
export interface ModelFile {
  readonly kind: 'appHost' | Clutter;
  /** Who made it and runs, listening or about to; undefined for clutter, and when it has been killed since. */
  appHost: ModelAppHost | undefined;
  isClosed: boolean;
}

/** A connection that the monitor has to have, or may have because it was made before the AppHost became what it is now. */
export interface Expected {
  readonly place: Place;
  readonly appHost: ModelAppHost;
  readonly isCertain: boolean;
}

const quick: readonly Manner[] = ['answers', 'old'];
const patient: readonly Manner[] = ['slow', 'tooSlow'];
const answering: readonly Manner[] = [...quick, 'slow'];

/** The truth about a world: which AppHosts there are, and which of them can be reached. */
export class Model {
  readonly files = new Map<Place, ModelFile>();
  /** Run, and no file leads to them. */
  readonly lost = new Set<ModelAppHost>();
  readonly directories: Record<DirectoryKind, { exists: boolean; isClosed: boolean }> = {
    current: { exists: true, isClosed: false },
    legacy: { exists: true, isClosed: false },
  };
  /** Whether somebody iterates over the connections. */
  isWatching = true;
  /** Whether every change was reported from the beginning, so that nothing has to be found out by looking. */
  isCalm = true;
  /** Whether a socket that never answers has come in the place of another file: whoever had looked at that may have connected to this. */
  #hasTakenPlace = false;
  readonly #used = new Set<Place>();
  #appHosts = 0;

  /** @param hostWatches whether the host watches all the time */
  constructor(private readonly hostWatches: boolean) {}

  /** Whether the monitor has to know the truth. */
  get isWatched(): boolean {
    return this.hostWatches || this.isWatching;
  }

  /** Whether nobody keeps a client waiting. */
  get answersAtOnce(): boolean {
    const appHosts = [...[...this.files.values()].flatMap(({ appHost }) => appHost ?? []), ...this.lost];
    return !this.#hasTakenPlace && appHosts.every(({ hasKeptWaiting }) => !hasKeptWaiting);
  }

  newAppHost(place: Place, { isNameless, ...facts }: Omit<AppHostFacts, 'number' | 'appHostPath'> & { readonly isNameless: boolean }): ModelAppHost {
    const number = ++this.#appHosts;
    return {
      ...facts,
      number,
      appHostPath: isNameless ? undefined : `/srv/apps/${number}/apphost.ts`,
      processId: 0,
      isHung: false,
      isSteady: facts.isListening && quick.includes(facts.manner),
      hasKeptWaiting: patient.includes(facts.manner),
      isFirst: !this.#used.has(place),
    };
  }

  /** The file goes; who listened on it goes on. */
  unlink(place: Place): void {
    const appHost = this.files.get(place)?.appHost;
    if (appHost) this.lost.add(appHost);
    this.files.delete(place);
  }

  put(place: Place, kind: ModelFile['kind'], appHost?: ModelAppHost): void {
    this.unlink(place);
    this.directories[place.directory].exists = true;
    this.#hasTakenPlace ||= kind === 'socketOfAnother' && this.#used.has(place);
    this.#used.add(place);
    this.files.set(place, { kind, appHost, isClosed: false });
  }

  /** An AppHost is not what it was. */
  disturb(appHost: ModelAppHost | undefined): void {
    if (!appHost) return;
    appHost.isSteady = false;
    appHost.hasKeptWaiting ||= appHost.isHung || patient.includes(appHost.manner);
  }

  disturbDirectory(kind: DirectoryKind): void {
    this.isCalm = false;
    for (const [place, { appHost }] of this.files) if (place.directory === kind) this.disturb(appHost);
  }

  emptyDirectory(kind: DirectoryKind): void {
    for (const place of places) if (place.directory === kind) this.unlink(place);
  }

  /** An AppHost counts when the file under its name is a socket of this user, can be reached, and whoever listens on that very file answers. */
  expected(): Expected[] {
    return [...this.files].flatMap(([place, { appHost, isClosed }]) => {
      if (!place.isLookedAt || !appHost?.isListening) return [];
      const isCertain = !isClosed && !this.directories[place.directory].isClosed && !appHost.isHung && answering.includes(appHost.manner);
      return [{ place, appHost, isCertain }];
    });
  }
}
