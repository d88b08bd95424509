/** Characters of a line; what is longer is cut. */
export const maxLineLength = 65_536;

/**
 * Makes lines of the bytes that a program writes: UTF-8 across the borders of chunks, a replacement character for what is none, `\n` and `\r\n` alike.
 *
 * Memory is bounded: a line that is too long is given out cut as soon as it is, and the rest of it is dropped.
 */
export class OutputLines {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #pending = '';
  #isCut = false;

  constructor(
    private readonly onLine: (text: string) => void,
    private readonly maxLength: number = maxLineLength,
  ) {}

  write(bytes: Uint8Array): void {
    this.#append(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The output is over: what stands after the last line feed is a line, too. */
  end(): void {
    this.#append(this.#decoder.decode());
    if (this.#pending !== '') this.#finish();
  }

  #append(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#extend(text.slice(start, end));
      this.#finish();
      start = end + 1;
    }
    this.#extend(text.slice(start));
  }

  #extend(text: string): void {
    if (this.#isCut) return;
    this.#pending += text;
    // One more, for a carriage return that does not count.
    if (this.#pending.length <= this.maxLength + 1) return;
    this.#cut();
  }

  #finish(): void {
    const line = this.#pending.endsWith('\r') ? this.#pending.slice(0, -1) : this.#pending;
    if (!this.#isCut && line.length > this.maxLength) this.#cut();
    else if (!this.#isCut) this.onLine(line);
    this.#pending = '';
    this.#isCut = false;
  }

  #cut(): void {
    this.#isCut = true;
    const kept = this.#pending.slice(0, this.maxLength).replace(/[\ud800-\udbff]$/, '');
    this.#pending = '';
    this.onLine(`${kept}… [cut: a line may have ${this.maxLength} characters]`);
  }
}
