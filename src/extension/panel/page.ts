/** Where the page's files are, as addresses that the page may load, and the source that its policy names. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly icons: string;
  readonly source: string;
  readonly nonce: string;
}

/**
 * The page's HTML: everything on it is made by the script. The policy lets in that one script, the extension's own style
 * sheets and font, and nothing else: no network, no frames, no inline style or handler.
 */
export function pageHtml({ script, style, icons, source, nonce }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; font-src ${source}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Textloom</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${icons}">
<link rel="stylesheet" href="${style}">
</head>
<body>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
