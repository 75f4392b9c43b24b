import type { Label, Picture, Stroke } from './picture';

const alignments = { start: 'left', middle: 'center', end: 'right' } as const;

/** A picture as a PNG file at twice its size, in base64. */
export function pictureToPng(picture: Picture): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.scale(2, 2);
  context.fillStyle = picture.background;
  context.fillRect(0, 0, picture.width, picture.height);
  for (const shape of picture.shapes) {
    if (shape.kind === 'stroke') drawStroke(context, shape, picture.frame);
    else drawLabel(context, shape, picture.font);
  }
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
}

function drawStroke(
  context: CanvasRenderingContext2D,
  { points, colour, width, opacity, dash, clipped }: Stroke,
  { left, right, top, bottom }: Picture['frame'],
): void {
  context.save();
  if (clipped) {
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.globalAlpha = opacity;
  context.setLineDash([...dash]);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  context.restore();
}

function drawLabel(context: CanvasRenderingContext2D, { x, y, text, colour, size, anchor }: Label, font: string): void {
  context.fillStyle = colour;
  context.font = `${size}px ${font}`;
  context.textAlign = alignments[anchor];
  context.fillText(text, x, y);
}
