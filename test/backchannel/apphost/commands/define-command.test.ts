import { type ArgumentValues, defineCommand } from 'hostward/apphost';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { CommandScene } from './command-scene.js';

expectNoLeaks();

/** Fails to compile unless both types are the same. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(_ = true as T): void {
  // The compiler has said it all.
}

describe('defineCommand', () => {
  it('gives the arguments of a command their types', async () => {
    using scene = new CommandScene();
    const command = defineCommand({
      name: 'import',
      arguments: {
        file: { type: 'text', required: true },
        rows: { type: 'number', default: 100 },
        dryRun: { type: 'boolean' },
        format: { type: 'choice', options: ['csv', 'json'], default: 'csv' },
        token: { type: 'secret', required: false },
        sheet: { type: 'choice', required: true, dependsOn: ['file'], load: ({ values }) => ({ options: [`${values['file']}!1`] }) },
      },
      validate: values => {
        assertType<Equal<typeof values.rows, number>>();
        return { rows: values.rows > 1_000 ? 'Too many.' : undefined };
      },
      execute: ({ arguments: values }) => {
        assertType<Equal<typeof values.file, string>>();
        assertType<Equal<typeof values.rows, number>>();
        assertType<Equal<typeof values.dryRun, boolean | undefined>>();
        assertType<Equal<typeof values.format, 'csv' | 'json'>>();
        assertType<Equal<typeof values.token, string | undefined>>();
        // What is loaded may turn out to be disabled.
        assertType<Equal<typeof values.sheet, string | undefined>>();
        // @ts-expect-error There is no such argument.
        const missing: unknown = values.nosuch;
        return { message: JSON.stringify([values.file.length, values.rows + 1, values.dryRun, values.sheet, missing]) };
      },
    });
    expect((await scene.run(command, { arguments: { file: 'a.csv', sheet: 'a.csv!1', dryRun: 'true' } })).message).toBe('[5,101,true,"a.csv!1",null]');
    expect((await scene.run(command, { arguments: { file: 'a.csv', sheet: 'a.csv!1', rows: 2_000 } })).validationErrors).toEqual([
      { argumentName: 'rows', errorMessage: 'Too many.' },
    ]);
  });

  it('lets a command without arguments have none', () => {
    defineCommand({
      name: 'go',
      execute: ({ arguments: _values }) => {
        assertType<Equal<keyof typeof _values, never>>();
      },
    });
  });

  it('refuses what no argument can be', () => {
    // @ts-expect-error There is no such type.
    defineCommand({ name: 'go', arguments: { x: { type: 'file' } }, execute: () => undefined });
    // @ts-expect-error A result has no such member.
    defineCommand({ name: 'go', execute: () => ({ massage: 'typo' }) });
    // @ts-expect-error A default has the type of its argument.
    defineCommand({ name: 'go', arguments: { x: { type: 'number', default: '5' } }, execute: () => undefined });
    // @ts-expect-error Only a choice has options.
    defineCommand({ name: 'go', arguments: { x: { type: 'text', options: ['a'] } }, execute: () => undefined });
    // @ts-expect-error Only a text has a length.
    defineCommand({ name: 'go', arguments: { x: { type: 'boolean', maxLength: 5 } }, execute: () => undefined });
    // @ts-expect-error The validator speaks of an argument that there is not.
    defineCommand({ name: 'go', arguments: { x: { type: 'text' } }, validate: () => ({ y: 'wrong' }), execute: () => undefined });
  });

  it('gives a choice the type of its options, unless it may be something else', () => {
    const options = ['a', 'b'] as const;
    const found: readonly string[] = ['c'];
    defineCommand({
      name: 'go',
      arguments: {
        list: { type: 'choice', options, required: true },
        labels: { type: 'choice', options: { x: 'X', 1: null }, required: true },
        optional: { type: 'choice', options },
        empty: { type: 'choice', options, default: '' },
        custom: { type: 'choice', options, allowCustomChoice: true, required: true },
        loaded: { type: 'choice', options, default: 'a', load: () => ({ options: ['c'] }) },
        found: { type: 'choice', options: found, required: true },
      },
      execute: ({ arguments: values }) => {
        void values;
        assertType<Equal<typeof values.list, 'a' | 'b'>>();
        assertType<Equal<typeof values.labels, 'x' | '1'>>();
        assertType<Equal<typeof values.optional, 'a' | 'b' | undefined>>();
        assertType<Equal<typeof values.empty, '' | 'a' | 'b'>>();
        assertType<Equal<typeof values.custom, string>>();
        assertType<Equal<typeof values.loaded, string>>();
        assertType<Equal<typeof values.found, string>>();
      },
    });
  });

  it('is not needed for a command that takes whatever it is given', () => {
    assertType<Equal<ArgumentValues<Readonly<Record<string, { readonly type: 'number' | 'text' }>>>[string], string | number | undefined>>();
  });
});
