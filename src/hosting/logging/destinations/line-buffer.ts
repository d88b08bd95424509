/** Lines that wait to be written, up to a limit. What is being written counts until it is done. */
export class LineBuffer {
  #lines: string[] = [];
  #characters = 0;
  #dropped = 0;
  /** What was taken last and is not done yet: whole lines, or the rest of them. */
  #piece: Uint8Array | undefined;
  #pieceCharacters = 0;

  /** @param maximum characters; one text alone always finds its place */
  constructor(private readonly maximum: number) {}

  get isEmpty(): boolean {
    return this.#lines.length === 0 && this.#piece === undefined;
  }

  get characters(): number {
    return this.#characters;
  }

  /** The least bytes that {@link next} gives. */
  get nextLength(): number {
    return this.#piece?.length ?? Buffer.byteLength(this.#lines[0] ?? '');
  }

  hasPlaceFor(text: string): boolean {
    return this.isEmpty || this.#characters + text.length <= this.maximum;
  }

  add(text: string): void {
    this.#lines.push(text);
    this.#characters += text.length;
  }

  /** Counts a text that found no place. */
  drop(): void {
    this.#dropped++;
  }

  /** The next lines, no more than `limit` bytes, but at least one; the same again until it is done. Undefined when there is nothing. */
  next(limit: number): Uint8Array | undefined {
    if (this.#piece) return this.#piece;
    let [count, bytes, characters] = [0, 0, 0];
    for (const line of this.#lines) {
      bytes += Buffer.byteLength(line);
      if (count > 0 && bytes > limit) break;
      characters += line.length;
      count++;
    }
    if (count === 0) return undefined;
    this.#pieceCharacters = characters;
    return (this.#piece = Buffer.from(this.#lines.splice(0, count).join('')));
  }

  /** Says how many bytes of the piece were written. */
  done(bytes: number): void {
    const rest = this.#piece?.subarray(bytes);
    this.#piece = rest && rest.length > 0 ? rest : undefined;
    if (this.#piece) return;
    this.#characters -= this.#pieceCharacters;
    this.#pieceCharacters = 0;
  }

  /** Takes all lines but those of the piece, as if they were written. */
  takeLines(): Uint8Array {
    const lines = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#characters = this.#pieceCharacters;
    return lines;
  }

  /** How many texts found no place since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
