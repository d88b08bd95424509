import { HostwardError } from '../primitives/index.js';

/** A text is no valid composite format, or its placeholders need more values than there are. The counterpart of .NET's `FormatException`. */
export class FormatError extends HostwardError {
  override readonly name = 'FormatError';

  constructor(message: string) {
    super('ERR_FORMAT', message);
  }
}
