import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name, version and licence text of every package of which a bundle contains code, from esbuild's metafile. */
export async function thirdPartyNotices(root, metafile) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  const notices = await Promise.all([...folders].map(folder => noticeOf(join(root, folder))));
  return ['The command-line bundle contains code of these packages.', ...notices.sort()].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter(file => /^(licen[cs]e|copying|notice)\b/i.test(file)).sort();
  const texts = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license ?? 'no licence stated'})`, ...texts.map(text => text.replaceAll('\r\n', '\n').trim())].join('\n\n');
}
