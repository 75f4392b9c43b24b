import type { Label, Picture, Stroke } from './picture';

/** A picture as an SVG file. */
export function pictureToSvg(picture: Picture): string {
  const { width, height, background, font, frame, shapes } = picture;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(font)}">`,
    `<clipPath id="frame"><rect x="${frame.left}" y="${frame.top}" width="${frame.right - frame.left}" height="${frame.bottom - frame.top}"/></clipPath>`,
    `<rect width="${width}" height="${height}" fill="${escape(background)}"/>`,
    ...shapes.map((shape) => (shape.kind === 'stroke' ? polyline(shape) : text(shape))),
    '</svg>',
    '',
  ].join('\n');
}

function polyline({ points, colour, width, opacity, dash, clipped }: Stroke): string {
  const places = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  const faint = opacity < 1 ? ` stroke-opacity="${opacity}"` : '';
  const clip = clipped ? ' clip-path="url(#frame)"' : '';
  return `<polyline fill="none"${clip} stroke="${escape(colour)}" stroke-width="${width}"${faint}${dashes} points="${places}"/>`;
}

function text({ x, y, text: words, colour, size, anchor }: Label): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${escape(colour)}" text-anchor="${anchor}">${escape(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escape(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
