import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const moduleUrl = pathToFileURL(resolve('scripts/assigned-fields.mjs')).href;

/** What `withAssignedFields` makes of a module with that code, in the form in which esbuild prints it. */
function assigned(code: string, module = 'src/a.ts'): string {
  const program = `import { withAssignedFields } from ${JSON.stringify(moduleUrl)};
    import { readFileSync } from 'node:fs';
    const [{ sections }] = await withAssignedFields([{ sections: [JSON.parse(readFileSync(0, 'utf8'))] }]);
    process.stdout.write(sections[0].code);`;
  const options = { input: JSON.stringify({ module, code }), encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], options);
}

const base = 'var Base = class {\n  get size() {\n    return 1;\n  }\n};\n';

describe('the fields of the classes of the command', () => {
  it('are assigned in the constructor, those without a value too, and each once', () => {
    const code = assigned('class A {\n  path;\n  $1 = [];\n  state;\n  constructor(path) {\n    this.path = path;\n  }\n}\n');
    const constructor = ['this.$1 = [];', 'this.state = void 0;', 'this.path = path;'];
    expect(code.split('\n').map(line => line.trim())).toEqual(['class A {', 'constructor(path) {', ...constructor, '}', '}', '']);
  });

  it('stay as they are in what others have written', () => {
    const code = 'class A {\n  path;\n}\n';
    expect(assigned(code, 'node_modules/a/index.js')).toBe(code);
  });

  it('are refused where one has the name of an accessor that its class inherits', () => {
    expect(() => assigned(`${base}var A = class extends Base {\n};\nclass B extends A {\n  size = 2;\n}\n`)).toThrow(
      "B has a field 'size' for which Base, that it extends, has an accessor",
    );
    expect(() => assigned(`${base}class B {\n  size = 2;\n}\n`)).not.toThrow();
  });
});
