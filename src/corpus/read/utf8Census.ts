/**
 * Counts how much of a run of bytes is well-formed UTF-8, block by block. A sequence is malformed where it can't be one of
 * Unicode's table 3-7 (no overlong forms, no surrogates); what of it fitted so far is one fault, as in the WHATWG's decoder.
 */
export class Utf8Census {
  /** Well-formed sequences of several bytes. */
  sound = 0;
  /** Malformed ones. */
  broken = 0;
  /** Bytes of malformed sequences, and of one that the end tears. */
  unreadable = 0;
  /** Lines that hold more than ASCII, all of it well-formed; and those that hold something malformed. */
  soundLines = 0;
  brokenLines = 0;
  /** The bytes of a sequence that the end tears; none where it is whole. */
  torn: readonly number[] = [];
  private lineIsSound = true;
  private lineIsPlain = true;
  /** The sequence under way, the bytes that it still wants, and the bounds of the next one. */
  private sequence: number[] = [];
  private wanted = 0;
  private lowest = 0x80;
  private highest = 0xbf;

  add(block: Uint8Array): void {
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- An iterator takes three times as long.
    for (let i = 0; i < block.length; i++) {
      const byte = block[i] ?? 0;
      if (this.wanted > 0 && this.goesOn(byte)) continue;
      if (byte < 0x80) {
        if (byte === 0x0a || byte === 0x0d) this.endLine();
      } else this.begin(byte);
    }
  }

  /** Nothing more comes. */
  finish(): void {
    if (this.wanted > 0) {
      this.torn = this.sequence;
      this.unreadable += this.sequence.length;
      this.wanted = 0;
    }
    this.endLine();
  }

  private begin(byte: number): void {
    this.lineIsPlain = false;
    const wanted = byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : 0;
    this.sequence = [byte];
    this.wanted = wanted;
    this.lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    if (wanted === 0) this.fault();
  }

  /** Whether the sequence under way takes a byte; where it doesn't, it was malformed. */
  private goesOn(byte: number): boolean {
    if (byte < this.lowest || byte > this.highest) {
      this.fault();
      return false;
    }
    this.sequence.push(byte);
    this.lowest = 0x80;
    this.highest = 0xbf;
    if (--this.wanted === 0) this.sound++;
    return true;
  }

  private fault(): void {
    this.broken++;
    this.unreadable += this.sequence.length;
    this.lineIsSound = false;
    this.wanted = 0;
  }

  private endLine(): void {
    if (!this.lineIsPlain) {
      if (this.lineIsSound) this.soundLines++;
      else this.brokenLines++;
    }
    this.lineIsPlain = true;
    this.lineIsSound = true;
  }
}

/** Leads of the sequences that most scripts of the Latin alphabet need: a torn one alone is hardly a letter of another encoding. */
const commonLeads: ReadonlySet<number> = new Set([0xc2, 0xc3, 0xe2]);

/** Share of the sequences, or of the lines, that must be well-formed: in other encodings few are, and those by chance. */
const leastSequences = 1 / 2;
const leastLines = 1 / 3;
/** Fewer well-formed lines than these may be chance. */
const fewestLines = 3;

/** Whether bytes are UTF-8 of which something is damaged, rather than text in another encoding. */
export function looksLikeUtf8({ sound, broken, soundLines, brokenLines, torn }: Utf8Census): boolean {
  if (sound + broken === 0) return torn.length !== 1 || commonLeads.has(torn[0] ?? 0);
  if (sound >= leastSequences * (sound + broken)) return true;
  return soundLines >= fewestLines && soundLines >= leastLines * (soundLines + brokenLines);
}
