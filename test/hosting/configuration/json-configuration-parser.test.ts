import { ConfigurationBuilder, JsonReaderError, parseJsonConfiguration } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const parse = (text: string) => Object.fromEntries(parseJsonConfiguration(text));

function failureOf(text: string): unknown {
  try {
    parseJsonConfiguration(text);
  } catch (error) {
    return error;
  }
  throw new Error('The text was accepted.');
}

describe('a JSON document', () => {
  it('becomes keys and texts', () => {
    const text = '{"Mail":{"Server":"here","Ports":[25,587],"Tls":true,"Ca":null,"None":[],"Empty":{}},"a:b":-0.50e+2}';
    expect(parse(text)).toEqual({
      'Mail:Server': 'here',
      'Mail:Ports:0': '25',
      'Mail:Ports:1': '587',
      'Mail:Tls': 'True',
      'Mail:Ca': null,
      'Mail:None': '',
      'Mail:Empty': null,
      'a:b': '-0.50e+2',
    });
  });

  it('keeps numbers as they are written, however long', () => {
    expect(parse('{"a":123456789012345678901234567890.10}')).toEqual({ a: '123456789012345678901234567890.10' });
  });

  it.each([
    ['comments', '/* a */{"a" // b\n: 1}', undefined],
    ['comments elsewhere', '/* a */{// b\n"a":/**/1/* c */,//d\r\n"b":2}// e', { a: '1', b: '2' }],
    ['a comma behind the last member', '{"a":[1,2,],}', { 'a:0': '1', 'a:1': '2' }],
    ['a byte-order mark', '\ufeff{"a":1}', { a: '1' }],
    ['escapes', '{"\\u0061":"\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t"}', { a: '😀"\\/\b\f\n\r\t' }],
  ])('may have %s', (_what, text, expected) => {
    if (expected) expect(parse(text)).toEqual(expected);
    // The one place where System.Text.Json takes no comment.
    else expect(failureOf(text)).toMatchObject({ message: expect.stringContaining("'/' is invalid after a property name. Expected a ':'.") as string });
  });

  it('has plain data under the names that every object has', () => {
    const data = parseJsonConfiguration('{"__proto__":{"a":1},"constructor":2,"toString":{"__proto__":3}}');
    expect([...data]).toEqual([
      ['__proto__:a', '1'],
      ['constructor', '2'],
      ['toString:__proto__', '3'],
    ]);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it.each([
    ['{"a":1,"A":2}', 'A'],
    ['{"a":{"b":1},"a:B":2}', 'a:B'],
    ['{"a":[1],"a:0":2}', 'a:0'],
  ])('gives no key two values: %s', (text, key) => {
    expect(failureOf(text)).toMatchObject({ code: 'ERR_CONFIGURATION_FORMAT', message: `A duplicate key '${key}' was found.` });
  });

  it('lets objects under one name become one', () => {
    expect(parse('{"a":{"b":1},"A":{"c":2}}')).toEqual({ 'a:b': '1', 'A:c': '2' });
  });

  it.each([
    ['null', 'Null'],
    ['[]', 'Array'],
    ['"x"', 'String'],
    ['1', 'Number'],
    ['true', 'True'],
    ['false', 'False'],
  ])('is an object, and not %s', (text, kind) => {
    expect(failureOf(text)).toMatchObject({ message: `Top-level JSON element must be an object. Instead, '${kind}' was found.` });
  });

  it('is at most 64 deep', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(Object.values(parse(nested(64)))).toEqual(['1']);
    expect(parseJsonConfiguration(`{"a":[${'[],{},'.repeat(100)}]}`).size).toBe(200);
    expect(failureOf(nested(65))).toMatchObject({
      code: 'ERR_JSON',
      message: expect.stringContaining('The maximum configured depth of 64 has been exceeded. Cannot read next JSON object.') as string,
    });
    expect(failureOf(`{"a":${'['.repeat(1_000_000)}`)).toBeInstanceOf(JsonReaderError);
  });

  it.each([
    ['', 0, 0, 'The input does not contain any JSON tokens.'],
    ['{\n"ä": x}', 1, 6, "'x' is an invalid start of a value."],
    ['{"a":1', 0, 6, "'1' is an invalid end of a number. Expected a delimiter."],
    ['{"a":1,}}', 0, 8, "'}' is invalid after a single JSON value. Expected end of data."],
    ['{"a":"\n"}', 0, 6, "'0x0A' is invalid within a JSON string."],
    ['{"a":1}/*', 0, 7, 'Expected end of comment, but instead reached end of data.'],
    ['{"a":1//\u2028\n}', 0, 6, 'Found invalid line or paragraph separator character while reading a comment.'],
    ['{"a":01}', 0, 6, "Invalid leading zero before '1'."],
  ])('says where it is wrong: %j', (text, lineNumber, bytePositionInLine, problem) => {
    expect(failureOf(text)).toMatchObject({ lineNumber, bytePositionInLine, message: expect.stringContaining(problem) as string });
  });

  it('shows no more of a wrong word than a word has', () => {
    expect((failureOf('{"password": nur-das-passwort}') as Error).message).not.toContain('passwort');
  });

  it('has no half of a surrogate pair', () => {
    expect(failureOf('{"a":"\\ud800"}')).toMatchObject({ code: 'ERR_INVALID_OPERATION' });
    expect(failureOf('{"\\udc00":1}')).toMatchObject({ code: 'ERR_INVALID_OPERATION' });
  });

  it('can be loaded again when it is a text', () => {
    const configuration = new ConfigurationBuilder().addJsonText(new TextEncoder().encode('{"a":1}')).build();
    configuration.set('a', '2');
    configuration.reload();
    expect(configuration.get('a')).toBe('1');
  });
});
