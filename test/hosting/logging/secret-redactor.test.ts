import { LoggerFactory, LoggingBuilder, SecretRedactor, ServiceCollection } from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const secret = 'hunter2-hunter2';

function createLogging(redactor: SecretRedactor = new SecretRedactor()) {
  const logs = new FakeLogCollector();
  return { logs, redactor, logger: new LoggerFactory([logs], { redactor }).createLogger('App') };
}

describe('a placeholder that is named like a secret', () => {
  it('is masked in the message and among the values; null is not', () => {
    const { logs, logger } = createLogging();
    logger.information('{User} logs in with {Password} and {ApiKey,6}|', 'u', 'p', 'k');
    expect([logs.latestRecord.message, logs.latestRecord.values]).toEqual([
      'u logs in with *** and    ***|',
      [
        ['User', 'u'],
        ['Password', '***'],
        ['ApiKey', '***'],
      ],
    ]);
    logger.information('{Password}', null);
    expect(logs.latestRecord.message).toBe('(null)');
  });

  it('is masked in scopes', () => {
    const { logs, logger } = createLogging();
    using _template = logger.beginScope('with {Token}', 't');
    using _values = logger.beginScope({ User: 'u', Password: 'p' });
    logger.information('x');
    expect(JSON.stringify(logs.latestRecord.scopes.map(({ text, values }) => [text, values]))).toBe(
      '[["with ***",[["Token","***"]]],["User:u, Password:***",[["User","u"],["Password","***"]]]]',
    );
  });

  it('may be named otherwise, also by a pattern that remembers where it stopped', () => {
    const { logs, logger } = createLogging(new SecretRedactor({ names: [/^pin$/gi] }));
    logger.information('{Pin} {Password} {PIN} {pin}', 1, 2, 3, 4);
    expect(logs.latestRecord.message).toBe('*** 2 *** ***');
  });

  it('is shown when masking is switched off, also where its template is known already', () => {
    const { logs, logger, redactor } = createLogging();
    logger.information('{Password}', 'p');
    redactor.configure({ isEnabled: false });
    logger.information('{Password}', 'p');
    redactor.configure({ isEnabled: true, names: [] });
    logger.information('{Password}', 'p');
    expect(logs.messages()).toEqual(['***', 'p', 'p']);
  });
});

describe('a secret that is known', () => {
  it('appears in no message, template, value and scope', () => {
    const { logs, logger, redactor } = createLogging();
    using _scope = logger.beginScope('for {User}', `x${secret}x`);
    using _other = logger.beginScope({ Url: `https://u:${secret}@h/` });
    logger.information('a {Value} b', 1);
    expect(JSON.stringify(logs.latestRecord)).toContain(secret);
    redactor.addSecret(secret);
    logger.information(`text ${secret}`);
    logger.information('a {Value} {List} {Object} {Other}', secret, [1, [secret]], { deep: { [secret]: secret } }, new URL(`https://h/?q=${secret}`));
    expect(logs.messages().slice(1)).toEqual(['text ***', 'a *** 1, [***] {"deep":{"***":"***"}} https://h/?q=***']);
    expect(JSON.stringify(logs.getSnapshot().slice(1))).not.toContain('hunter2');
    redactor.removeSecret(secret);
    logger.information('{Value}', secret);
    expect(logs.latestRecord.message).toBe(secret);
  });

  it('is found as JSON and as a part of a URL write it, and where one begins with another', () => {
    const redactor = new SecretRedactor();
    for (const text of ['abc"def\\ghi', 'a b/c?d=e&f', 'prefix-1', 'prefix-1-and-more', '(.*)+[a-z]']) redactor.addSecret(text);
    expect(redactor.redact(JSON.stringify({ a: 'abc"def\\ghi' }))).toBe('{"a":"***"}');
    expect(redactor.redact(`?q=${encodeURIComponent('a b/c?d=e&f')}`)).toBe('?q=***');
    expect(redactor.redact('prefix-1-and-more prefix-1 (.*)+[a-z] else')).toBe('*** *** *** else');
  });

  it('is taken out of a scope also when it becomes known while that is open', () => {
    const { logs, logger, redactor } = createLogging();
    using _scope = logger.beginScope({ First: 'first-secret', Second: 'second-secret' });
    for (const known of ['first-secret', 'second-secret']) {
      redactor.addSecret(known);
      logger.information('x');
    }
    expect(logs.getSnapshot().map(({ scopes }) => scopes[0]?.text)).toEqual(['First:***, Second:second-secret', 'First:***, Second:***']);
  });

  it('is found in the last of many objects, and a deep nest of them is no obstacle', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret(secret);
    const many = Array.from({ length: 5_000 }, (_, index) => ({ index, text: index === 4_999 ? secret : 'x' }));
    expect(redactor.redactValue(many).at(-1)).toBe('{"index":4999,"text":"***"}');
    type Nest = { inner?: Nest };
    const deep: Nest = {};
    for (let inner = deep, depth = 0; depth < 3_000; depth++) inner = inner.inner = {};
    expect(redactor.redactValue(deep)).toBe(deep);
  });

  it('ends in a backslash, and JSON has two of them', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret('12345678\\');
    expect(redactor.redact('"12345678\\\\" 12345678\\')).toBe('"***" ***');
  });

  it('has at least four characters, and less than eight only where it stands alone', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret('  123 ');
    expect([redactor.hasSecrets, redactor.redact('123')]).toEqual([false, '123']);
    redactor.addSecret('  1234 ');
    redactor.addSecret('p@ss');
    expect(redactor.redact('1234 12345 a1234 u:1234@h p@ss p@ssage {"a":"p@ss"} ?p=p%40ss')).toBe('*** 12345 a1234 u:***@h *** p@ssage {"a":"***"} ?p=***');
    expect(redactor.redactValue([1234, 1234n, 12345, 1234.5])).toEqual(['***', '***', 12345, 1234.5]);
    redactor.addSecret(' 12345678\n');
    expect(redactor.redact('x12345678x')).toBe('x***x');
    redactor.configure({ isEnabled: false });
    expect([redactor.hasSecrets, redactor.redact('12345678'), redactor.redactValue({ a: '12345678' })]).toEqual([false, '12345678', { a: '12345678' }]);
  });

  it('may be half of a surrogate pair', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret('\ud83d1234567');
    expect(redactor.redact('\ud83d1234567')).toBe('***');
  });

  it('leaves what holds no secret as it is', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret(secret);
    const values = [{ a: [1, { b: null }] }, [1], new Date(0), new Map([[1, 2]]), 5, undefined, null, new Error('no')];
    for (const value of values) expect(redactor.redactValue(value)).toBe(value);
  });

  it('makes a text of an object of another kind that would show it', () => {
    const redactor = new SecretRedactor();
    redactor.addSecret(secret);
    class Login {
      password = secret;
    }
    expect(redactor.redactValue(new Login())).toBe('{"password":"***"}');
    expect(redactor.redactValue(new Map([['a', secret]]))).toBe('[a, ***]');
    expect(redactor.redactValue(Buffer.from(secret))).toEqual(Buffer.from(secret));
    expect(redactor.redactValue({ toString: () => `I am ${secret}` })).toBe('I am ***');
    class Circle {
      readonly self: this = this;
      readonly password: string = secret;
    }
    expect(redactor.redactValue(new Circle())).toBe('[object Object]');
  });
});

describe('an error with a secret', () => {
  const redactor = new SecretRedactor();
  redactor.addSecret(secret);

  class QueryError extends Error {
    constructor(
      message: string,
      readonly query: string,
      options?: ErrorOptions,
    ) {
      super(message, options);
      this.name = 'QueryError';
    }
  }

  it('is a copy of the same class without it, in message, stack, fields and causes', () => {
    const error = new QueryError(`failed for ${secret}`, `select '${secret}'`, { cause: new AggregateError([new Error(secret), 'x'], 'several') });
    const redacted = redactor.redactValue(error);
    expect(redacted).not.toBe(error);
    expect(redacted).toBeInstanceOf(QueryError);
    expect([redacted.message, redacted.name, redacted.query]).toEqual(['failed for ***', 'QueryError', "select '***'"]);
    expect(redacted.stack).toContain('failed for ***');
    expect(redacted.stack).toContain('secret-redactor.test');
    const { cause } = redacted as { cause: AggregateError };
    expect([cause instanceof AggregateError, (cause.errors[0] as Error).message, cause.errors[1]]).toEqual([true, '***', 'x']);
    expect(Object.keys(redacted)).toEqual(Object.keys(error));
    expect(error.message).toContain(secret);
  });

  it('may be its own cause', () => {
    const error = new Error('outer', { cause: new Error(secret) });
    (error.cause as Error).cause = error;
    const redacted = redactor.redactValue(error);
    expect((redacted.cause as Error).message).toBe('***');
    expect((redacted.cause as Error).cause).toBe(redacted);
  });

  it('that fails when it is read does not show, and fails nobody', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'detail', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(redactor.redactValue(error).message).toBe('(a value that cannot be read)');
  });

  it('does not take long, however much hangs on it', () => {
    type Node = { next: Node[]; text: string };
    const nodes: Node[] = Array.from({ length: 3_000 }, () => ({ next: [], text: 'x' }));
    for (const node of nodes) node.next = nodes.slice(0, 50);
    nodes[1]!.text = secret;
    const error = Object.assign(new Error('x'), { nodes });
    expect((redactor.redactValue(error).nodes[0] as Node).next[1]).toMatchObject({ text: '***' });
  });

  it('is redacted where it is logged', () => {
    const { logs, logger } = createLogging(redactor);
    logger.error(new Error(`no ${secret}`), 'failed');
    logger.error({ thrown: secret }, 'failed');
    expect(
      logs
        .getSnapshot()
        .map(({ error }) => `${error?.message} ${error?.stack} ${JSON.stringify(error?.cause)}`)
        .join(),
    ).not.toContain(secret);
  });
});

describe('LoggingBuilder', () => {
  it('has the redactor of its loggers, and an off-switch', () => {
    const builder = new LoggingBuilder(new ServiceCollection());
    builder.redactor.addSecret(secret);
    expect(builder.redactor.hasSecrets).toBe(true);
    expect(builder.configureRedaction({ isEnabled: false }).redactor.hasSecrets).toBe(false);
  });
});
