/** What stands in the place of a secret. */
export const secretMask = '***';

/** The words that make a name that of a secret, in any case and anywhere in its last part: `Smtp:Password`, `apiKey`, `GITHUB_TOKEN`. */
export const defaultSecretNames: readonly RegExp[] = [
  /passw(or)?d|passphrase|secret|token|credential|connectionstring|private_?key|api_?key|access_?key|account_?key|shared_?key|\bauthorization\b/i,
];

/** Whether what is called so, a configuration key with its path or a placeholder of a log message, is secret. */
export function isSecretName(name: string, patterns: readonly RegExp[] = defaultSecretNames): boolean {
  return patterns.some(pattern => pattern.test(name));
}
