import { toError } from '../../src/hosting/primitives/index.js';

/** Does something for each name, at most `width` of them at a time. @returns what came of each; an error where it failed */
export async function inParallel<T>(names: readonly string[], width: number, work: (name: string) => Promise<T>): Promise<ReadonlyMap<string, T | Error>> {
  const results = new Map<string, T | Error>();
  const left = [...names];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) results.set(name, await work(name).catch(toError));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
