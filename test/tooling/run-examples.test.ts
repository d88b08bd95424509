import { runScript, temporaryFolder } from './programs.js';

/** Runs examples as the project runs its own; one string an example, without its duration. */
function runExamples(files: Readonly<Record<string, string>>, ...names: readonly string[]) {
  using folder = temporaryFolder(files);
  const { stdout, code } = runScript('run-examples.mjs', '--folder', folder.path, ...names);
  return {
    code,
    results: stdout
      .trimEnd()
      .replaceAll(/ \(\d+\.\d s\)/g, '')
      .split(/\n(?! )/),
  };
}

describe('run-examples', () => {
  it('gives a program its arguments, its environment and a home directory of its own', () => {
    const { code, results } = runExamples({
      'a.ts': [
        '// run: --name value',
        '// env: GREETING=a=b',
        '// expect: --name,value',
        '// expect: a=b',
        '// expect: hostward-example-',
        'const write: (line: unknown) => void = console.log;',
        'write(process.argv.slice(2));',
        'console.log(process.argv.slice(2).join(), process.env.GREETING);',
        "console.log('a=b');",
        'console.log(process.env.HOME);',
      ].join('\n'),
    });
    expect({ code, results }).toEqual({ code: 0, results: ['ok     a.ts'] });
  });

  it('understands decorators of parameters', () => {
    const program = [
      '// expect: Service 0',
      'const note = (target: { name: string }, key: unknown, index: number) => console.log(target.name, index);',
      'export class Service { constructor(@note readonly part: string) {} }',
    ];
    expect(runExamples({ 'a.ts': program.join('\n') }).results).toEqual(['ok     a.ts']);
  });

  it('sends a signal when the program has said so', () => {
    const program = [
      '// signal: SIGTERM after "ready"',
      '// expect: stopped',
      '// exit: 3',
      'const timer = setInterval(() => {}, 1000);',
      "process.once('SIGTERM', () => { clearInterval(timer); console.log('stopped'); process.exitCode = 3; });",
      "console.log('ready');",
    ];
    expect(runExamples({ 'a.ts': program.join('\n') }).results).toEqual(['ok     a.ts']);
  });

  it('runs a companion beside the program, in the same home directory', () => {
    const { results } = runExamples(
      {
        'companion.ts': "import { writeFileSync } from 'node:fs';\nwriteFileSync(`${process.env.HOME}/hello`, '');\nsetInterval(() => {}, 1000);",
        'program.ts': [
          '// with: companion.ts',
          '// expect: found',
          "import { existsSync } from 'node:fs';",
          'const timer = setInterval(() => {',
          '  if (!existsSync(`${process.env.HOME}/hello`)) return;',
          "  console.log('found');",
          '  clearInterval(timer);',
          '}, 10);',
        ].join('\n'),
      },
      'program',
    );
    expect(results).toEqual(['ok     program.ts']);
  });

  it('fails on another exit code, on text that is missing or out of order, and on a directive that it does not understand', () => {
    const { code, results } = runExamples({
      'code.ts': 'process.exitCode = 1;',
      'order.ts': "// expect: second\n// expect: first\nconsole.log('first\\nsecond');",
      'signal.ts': '// signal: SIGTERM sometimes\n',
    });
    expect(code).toBe(1);
    expect(results.map(result => result.split('\n').slice(0, 2))).toEqual([
      ['FAILED code.ts', '       expected exit code 0, found 1'],
      ['FAILED order.ts', '       expected in stdout: first'],
      ['FAILED signal.ts', '       not understood: // signal: SIGTERM sometimes'],
    ]);
  });

  it('fails when there is nothing to run', () => {
    expect(runExamples({ 'only.test.ts': '' }).code).toBe(1);
  });
});
