import { ConfigurationBuilder, type FileWarning } from '../../src/hosting/configuration/index.js';
import { FileWatcher } from '../../src/hosting/files/index.js';
import { FakeTimeProvider } from '../../src/hosting/testing/index.js';
import { FakeDirectoryNotifier } from './fake-directory-notifier.js';
import { TemporaryFolder } from './temporary-folder.js';

/** Real files that are watched on a fake clock, with notifications that the test sends. Its disposal expects that nobody watches any more. */
export class WatchedFiles implements Disposable {
  readonly folder: TemporaryFolder = new TemporaryFolder();
  readonly time: FakeTimeProvider = new FakeTimeProvider();
  readonly notifier: FakeDirectoryNotifier = new FakeDirectoryNotifier();
  readonly warnings: FileWarning[] = [];

  createBuilder(): ConfigurationBuilder {
    return new ConfigurationBuilder()
      .setFileWatcher(new FileWatcher({ timeProvider: this.time, notifier: this.notifier, usePolling: false }))
      .setFileWarningHandler(warning => this.warnings.push(warning));
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
    expect(this.notifier.directories).toEqual([]);
    this.time.expectNoPendingTimers();
  }
}
