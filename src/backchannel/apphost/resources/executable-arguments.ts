import { isSecretName, secretMask } from '../../../hosting/primitives/index.js';

/** Arguments as they may be shown. */
export interface ShownArguments {
  readonly args: readonly string[];
  /** 1 for each that is masked, as the original marks them. */
  readonly sensitivity: readonly (0 | 1)[];
}

/** Masks the values of options that are named like a secret, be it `--password=value` or `--password value`. */
export function shownArguments(args: readonly string[]): ShownArguments {
  const shown = args.map((arg, index) => {
    const [, option] = /^(-{1,2}[^=]+=)./s.exec(arg) ?? [];
    if (option !== undefined) return isSecretName(option) ? `${option}${secretMask}` : arg;
    const before = args[index - 1];
    return before !== undefined && /^-{1,2}[^=]+$/.test(before) && !arg.startsWith('-') && isSecretName(before) ? secretMask : arg;
  });
  return { args: shown, sensitivity: shown.map((arg, index) => (arg === args[index] ? 0 : 1)) };
}
