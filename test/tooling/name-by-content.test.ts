import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Script {
  readonly path: string;
  readonly text: string;
}

const moduleUrl = pathToFileURL(resolve('scripts/name-by-content.mjs')).href;

/** What `nameByContent` makes of scripts whose main one is called `./main-OLD.js`. */
function named(scripts: readonly Script[]): Script[] {
  const program = `import { nameByContent } from ${JSON.stringify(moduleUrl)};
    import { readFileSync } from 'node:fs';
    process.stdout.write(JSON.stringify(nameByContent(JSON.parse(readFileSync(0, 'utf8')), './main-OLD.js')));`;
  const options = { input: JSON.stringify(scripts), encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], options)) as Script[];
}

const main = { path: '/dist/main-OLD.js', text: 'require("./part-1.js")' };
const part = { path: '/dist/part-1.js', text: 'require("./main-OLD.js").a' };

describe('the name of the main script of a program', () => {
  it('is where the script is, and what the others call it', () => {
    const [first, second] = named([main, part]);
    const name = /^\/dist\/(main-[0-9a-f]{12}\.js)$/.exec(first?.path ?? '')?.[1];
    expect([first?.text, second]).toEqual(['require("./part-1.js")', { path: '/dist/part-1.js', text: `require("./${name}").a` }]);
  });

  it('changes with the content of any script, also where the length stays, and with nothing else', () => {
    const nameOf = (scripts: readonly Script[]) => named(scripts).find(({ path }) => path.includes('main-'))?.path;
    const name = nameOf([main, part]);
    expect(nameOf([part, main])).toBe(name);
    const others = [
      [main, { ...part, text: 'require("./main-OLD.js").b' }],
      [{ ...main, text: 'require("./part-1.js");' }, part],
      [main, { ...part, path: '/dist/part-2.js' }],
      [main],
    ].map(nameOf);
    expect(new Set([name, ...others]).size).toBe(5);
  });

  it('is that of the content in the command that was built', () => {
    const names = readdirSync('dist/cli').filter(name => name.endsWith('.js'));
    const scripts = names.map(name => ({ path: `/dist/${name}`, text: readFileSync(`dist/cli/${name}`, 'utf8') }));
    const built = names.find(name => name.startsWith('main-')) ?? '';
    const unnamed = scripts.map(({ path, text }) => ({ path: path.replace(built, 'main-OLD.js'), text: text.replaceAll(built, 'main-OLD.js') }));
    expect(
      named(unnamed)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(scripts.map(({ path }) => path).sort());
  });
});
