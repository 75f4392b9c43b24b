/** Name of an encoding as iconv-lite knows it. */
export type Encoding = string;

/** What the bytes of a document were read as. */
export interface TextReading {
  readonly encoding: Encoding;
  /** Bytes that could not be read in it: U+FFFD stands in their place. */
  readonly unreadable: number;
}

const names: Readonly<Record<string, string>> = {
  utf8: 'UTF-8',
  utf16le: 'UTF-16 LE',
  utf16be: 'UTF-16 BE',
  utf32le: 'UTF-32 LE',
  utf32be: 'UTF-32 BE',
  macroman: 'Mac Roman',
  cp932: 'Shift-JIS',
  shiftjis: 'Shift-JIS',
  eucjp: 'EUC-JP',
  gb18030: 'GB 18030',
  gbk: 'GBK',
  gb2312: 'GB 2312',
  big5: 'Big5',
  big5hkscs: 'Big5',
  cp949: 'EUC-KR',
  euckr: 'EUC-KR',
  koi8r: 'KOI8-R',
  koi8u: 'KOI8-U',
};

/** An encoding as people call it: "windows-1252", "Mac Roman". */
export function encodingName(encoding: Encoding): string {
  const id = encoding.toLowerCase().replace(/[^a-z0-9]/g, '');
  const [, family, number] = /^(windows|iso|cp)(\d+)$/.exec(id) ?? [];
  const name = names[id];
  if (name !== undefined || family === undefined || number === undefined) return name ?? encoding;
  return family === 'iso' ? `ISO ${number.slice(0, 4)}-${number.slice(4)}` : `${family}-${number}`;
}
