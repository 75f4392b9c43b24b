import type * as vscode from 'vscode';
import type { CorpusFilters, CorpusProgress } from '../../corpus/corpus';
import type { StagedPiece } from '../../corpus/read/stagedFiles';
import type { SpoolParams } from '../../protocol/background';

/** What is sent at once: bytes of content, and pieces. Little, so that packing it holds up no key. */
const largestPart = { bytes: 2 ** 18, pieces: 500 };

/** Where copies go. */
export interface Spooler {
  spool(params: SpoolParams): Promise<string>;
  dropSpool(id: string): Promise<void>;
}

/**
 * Copies files that only the editor can read to the background process, part by part, so that the extension host never
 * holds more than one file and one part. What is copied goes with this, unless a model was trained on it.
 */
export class Spools {
  private readonly ids: string[] = [];

  constructor(private readonly spooler: Spooler) {}

  /**
   * Copies what lies at some URIs. @returns the spool's id
   * @throws CancelledError once the token is cancelled; what the background process answers where it can't keep it
   */
  async fill(
    uris: readonly vscode.Uri[],
    filters: CorpusFilters,
    token: vscode.CancellationToken,
    onProgress: (progress: CorpusProgress) => void = () => undefined,
  ): Promise<string> {
    const id = await this.spooler.spool({ pieces: [], isLast: false });
    this.ids.push(id);
    const { walkVirtualFiles } = await import('./virtualFiles');
    const parts = new Parts(id, this.spooler);
    await walkVirtualFiles(uris, { filters, token, onProgress, hand: (piece) => parts.add(piece) });
    await parts.finish();
    return id;
  }

  /** Removes what no model needs. */
  async drop(): Promise<void> {
    await Promise.allSettled(this.ids.splice(0).map((id) => this.spooler.dropSpool(id)));
  }
}

/** Gathers small pieces and cuts large ones, and sends one part after the other. */
class Parts {
  private pieces: StagedPiece[] = [];
  private bytes = 0;

  constructor(
    private readonly id: string,
    private readonly spooler: Spooler,
  ) {}

  async add(piece: StagedPiece): Promise<void> {
    if (piece.kind === 'skipped') return this.take(piece, 0);
    const { content } = piece;
    let start = 0;
    do {
      const end = Math.min(content.length, start + largestPart.bytes - this.bytes);
      await this.take({ ...piece, content: content.subarray(start, end), isLast: end === content.length }, end - start);
      start = end;
    } while (start < content.length);
  }

  async finish(): Promise<void> {
    await this.spooler.spool({ id: this.id, pieces: this.pieces, isLast: true });
  }

  private async take(piece: StagedPiece, bytes: number): Promise<void> {
    this.pieces.push(piece);
    this.bytes += bytes;
    if (this.bytes < largestPart.bytes && this.pieces.length < largestPart.pieces) return;
    await this.spooler.spool({ id: this.id, pieces: this.pieces, isLast: false });
    this.pieces = [];
    this.bytes = 0;
  }
}
