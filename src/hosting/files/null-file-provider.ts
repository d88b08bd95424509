import type { IChangeToken } from '../primitives/index.js';
import { nullChangeToken } from './file-change-token.js';
import type { IFileInfo, IFileProvider } from './file-provider.js';
import { NotFoundFileInfo } from './physical-file-info.js';

/** Has no files, and never will. @see Microsoft.Extensions.FileProviders.NullFileProvider */
export class NullFileProvider implements IFileProvider {
  getFileInfo(subpath: string): IFileInfo {
    return new NotFoundFileInfo(subpath);
  }

  getDirectoryContents(): IFileInfo[] {
    return [];
  }

  watch(): IChangeToken {
    return nullChangeToken();
  }
}
