import { parameterCount } from './architecture';
import type { ModelDescription } from './description';

/** More documents than this are counted, not named. */
const documentsNamed = 100;

/** The README.md of a model: what it is, what it was trained on (names and sizes, no text), how good it is. */
export function modelCard(description: ModelDescription): string {
  const { name, architecture, tokenizer, created, appVersion } = description;
  return `# ${oneLine(name)}

A small LSTM language model, trained by Textloom ${oneLine(appVersion)}, begun on ${created.slice(0, 10)}.

| | |
| --- | --- |
| Architecture | ${architecture.layers} x ${architecture.hiddenSize} units, embedding ${architecture.embeddingSize}${architecture.tied ? ', tied' : ''} |
| Parameters | ${number(parameterCount(architecture))} |
| Tokeniser | ${tokenizer.kind}, ${number(architecture.vocabularySize)} tokens |
${qualityRows(description)}
## Trained on

${corpusText(description)}
## How to use

Copy this folder into \`.textloom/models\` of a workspace and choose "Textloom: Select Model", or in a terminal:

\`\`\`
textloom generate --model "${oneLine(name)}" --prompt "Once"
\`\`\`

\`model.safetensors\` holds the weights under PyTorch's names and shapes. \`training.safetensors\`, where there is one, is
only needed to continue the training.
`;
}

function qualityRows({ best, baseline, trained, hyperparameters }: ModelDescription): string {
  const rows = [
    `| Training | ${number(trained.steps)} steps, ${number(trained.tokens)} tokens, ${duration(trained.seconds)}, seed ${hyperparameters.seed} |`,
  ];
  if (best !== null) {
    const { bitsPerCharacter, natsPerCharacter } = best;
    rows.push(
      `| Held-out text | ${bitsPerCharacter.toFixed(3)} bits per character (${natsPerCharacter.toFixed(4)} nats, perplexity ${Math.exp(natsPerCharacter).toFixed(2)}) |`,
    );
  }
  if (baseline !== null) {
    const bits = baseline.natsPerCharacter / Math.LN2;
    rows.push(
      `| For comparison | an n-gram model of order ${baseline.order} reaches ${bits.toFixed(3)} bits per character |`,
    );
  }
  return rows.map((row) => `${row}\n`).join('');
}

function corpusText({ corpus }: ModelDescription): string {
  const { summary, documents, fingerprint } = corpus;
  const named = documents.slice(0, documentsNamed).map((each) => {
    return `- ${oneLine(each.name)} (${number(each.characters)} characters)\n`;
  });
  const others = summary.files - named.length;
  if (others > 0) named.push(`- and ${number(others)} more\n`);
  const skipped = summary.skipped.map(({ reason, files }) => `${number(files)} ${oneLine(reason)}`).join(', ');
  const secrets = summary.secretLines.map(({ rule, lines }) => `${number(lines)} (${oneLine(rule)})`).join(', ');
  return `${number(summary.files)} ${summary.files === 1 ? 'file' : 'files'}, ${number(summary.characters)} characters. Fingerprint \`${oneLine(fingerprint)}\`.

${named.join('')}
${skipped === '' ? '' : `Left out: ${skipped}.\n\n`}${secrets === '' ? '' : `Lines left out for what looked like a secret: ${secrets}.\n\n`}`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}

/** Names come from files: nothing in them may break out of its line of the card. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}`|<>\\]/gu, ' ');
}
