import { redactText } from '../../../../src/commands/mcp/resources/redact-text.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

describe('a text for a model', () => {
  expectNoLeaks();

  it.each([
    // addresses
    ['http://localhost:18888/login?t=0123abcdef and on', 'http://localhost:18888 and on'],
    ['postgres://app:pa55@db:5432/x', 'postgres://app:***@db:5432/x'],
    ['amqp://guest:@mq', 'amqp://guest:***@mq'],
    ['postgres://app:p@55@db/x?mail=a@b', 'postgres://app:***@db/x?mail=a@b'],
    ['https://ghp_abcdef@github.com/a/b', 'https://***@github.com/a/b'],
    ['ssh://git@github.com/a/b', 'ssh://git@github.com/a/b'],
    ['https://x.blob/c?sv=1&sig=abc%2Bd&se=2', 'https://x.blob/c?sv=1&sig=***&se=2'],
    ['http://h/?t=abc&x=1', 'http://h/?t=***&x=1'],
    ['http://h/?access_token=abc#f', 'http://h/?access_token=***'],
    // connection strings
    ['Host=db;Username=app;Password=pa 55;Database=x', 'Host=db;Username=app;Password=***;Database=x'],
    ['Server=x;Pwd="a;b";Y=1', 'Server=x;Pwd=***;Y=1'],
    ['AccountName=a;AccountKey=abc==;EndpointSuffix=c', 'AccountName=a;AccountKey=***;EndpointSuffix=c'],
    ['Account Key = abc', 'Account Key = ***'],
    ['localhost:6379,password=abc,ssl=true', 'localhost:6379,password=***,ssl=true'],
    ['a=b password=c; d', 'a=b password=***; d'],
    // headers
    ['x-otlp-api-key=abc', 'x-otlp-api-key=***'],
    ['Authorization: Bearer abcdefghijklmnop.q-r', 'Authorization: Bearer ***'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic ***'],
    ['X-Api-Key: abc123, Accept: */*', 'X-Api-Key: ***, Accept: */*'],
    ['login with password: hunter2', 'login with password: ***'],
    // command lines
    ['run --password secret1 --verbose yes', 'run --password *** --verbose yes'],
    ['run --api-key=secret1 -t 5', 'run --api-key=*** -t 5'],
    // JSON
    ['{"apiKey": "a\\"b", "x": "y"}', '{"apiKey":"***", "x": "y"}'],
    ['{\\"apiKey\\":\\"a b\\",\\"x\\":\\"y\\"}', '{\\"apiKey\\":\\"***\\",\\"x\\":\\"y\\"}'],
    ["{'password': 'a b', 'x': 'y'}", "{'password':'***', 'x': 'y'}"],
    // nothing to hide
    ['expected a token: none was there', 'expected a token: none was there'],
    ['Bearer authentication and Basic authentication', 'Bearer authentication and Basic authentication'],
    ['sleep t=5; x == y', 'sleep t=5; x == y'],
    ['/login?returnUrl=/', '/login?returnUrl=/'],
    ['tokens are fine, and passwords as well', 'tokens are fine, and passwords as well'],
  ])('%j becomes %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('takes time in proportion to its length, whatever is in it', () => {
    for (const piece of [
      'a',
      'a.',
      'a=',
      'password=',
      '"a":',
      '://',
      '://a:b@',
      'token: ',
      '\\\\"a\\\\":\\\\"',
      'Bearer ',
      '-a ',
      'a://b',
      '"',
      '/login?t=',
      'Basic A',
    ])
      expect(redactText(piece.repeat(20_000)).length).toBeLessThan(20_000 * piece.length + 100_000);
  });
});
