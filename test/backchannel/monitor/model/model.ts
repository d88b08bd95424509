import { type DirectoryKind, type Place, places } from './places.js';
import type { AppHostFacts, Clutter, Manner } from './world.js';

/** An AppHost that runs. */
export interface ModelAppHost extends AppHostFacts {
  /** The process id that it tells. */
  processId: number;
  isHung: boolean;
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

const answering: readonly Manner[] = ['answers', 'slow', 'old'];

/** The truth about a world: which AppHosts there are, and which of them can be reached. */
export class Model {
  readonly files = new Map<Place, ModelFile>();
  /** Run, and no file leads to them. */
  readonly lost = new Set<ModelAppHost>();
  readonly directories: Record<DirectoryKind, { exists: boolean; isClosed: boolean }> = {
    current: { exists: true, isClosed: false },
    legacy: { exists: true, isClosed: false },
  };
  isNotifying = true;
  #appHosts = 0;

  newAppHost(facts: Omit<AppHostFacts, 'number' | 'appHostPath'> & { readonly isNameless: boolean }): ModelAppHost {
    const number = ++this.#appHosts;
    const { isElsewhere, isListening, isNameless, manner } = facts;
    return { number, appHostPath: isNameless ? undefined : `/srv/apps/${number}/apphost.ts`, isElsewhere, isListening, manner, processId: 0, isHung: false };
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
    this.files.set(place, { kind, appHost, isClosed: false });
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
