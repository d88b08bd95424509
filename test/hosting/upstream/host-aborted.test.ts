import { HostAbortedError } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('HostAbortedExceptionTests', () => {
  it('TestEmptyException: it has a message of its own and no cause', () => {
    const error = new HostAbortedError();
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.cause]).toEqual(['HostAbortedError', 'ERR_HOST_ABORTED', 'The host was aborted.', undefined]);
  });

  it.each([undefined, new Error('the reason')])('TestException: it has the message that it is given, and the cause %p', cause => {
    const error = new HostAbortedError('Host aborted.', cause && { cause });
    expect([error.message, error.cause]).toEqual(['Host aborted.', cause]);
  });
});
