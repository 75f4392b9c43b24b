import { visible } from '../base/visible';
import { formatCount, formatLoss, plural, speakDuration } from '../base/format';
import { asItWrites, eachAlone } from './asItWrites';
import { parameterCount } from './architecture';
import type { ModelDescription } from './description';

/** More documents than this are counted, not named. */
const documentsNamed = 100;

/** What has become of a model since it was scored, where its description speaks of finishing. */
export const learnedSince = 'It has learned the unseen text too; the score is from before.';

/** The README.md of a model: what it is, what it was trained on (names and sizes, no text), how good it is. */
export function modelCard(description: ModelDescription): string {
  const { name, architecture, tokenizer, created, appVersion } = description;
  return `# ${oneLine(name)}

A small LSTM language model, trained by Textloom ${oneLine(appVersion)}, begun on ${created.slice(0, 10)}.

| | |
| --- | --- |
| Architecture | ${architecture.layers} x ${architecture.hiddenSize} units, embedding ${architecture.embeddingSize}${architecture.tied ? ', tied' : ''} |
| Parameters | ${formatCount(parameterCount(architecture))} |
| Tokeniser | ${tokenizer.kind}, ${formatCount(architecture.vocabularySize)} tokens |
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

\`memory.bin\`, where there is one, is what the model remembers of its text: **it holds pieces of the text itself**, which whoever
has the file can read. Without it, the model writes by its weights alone; delete it to share the folder without it. A
\`.textloom\` file is exported without it unless it is asked for.
`;
}

function qualityRows(description: ModelDescription): string {
  const { best, baseline, trained, hyperparameters, finishing, memory } = description;
  const reached = asItWrites(description);
  const rows = [
    `| Training | ${formatCount(trained.steps)} steps, ${formatCount(trained.tokens)} tokens, ${speakDuration(trained.seconds)}, seed ${hyperparameters.seed} |`,
  ];
  if (reached !== null) {
    const { bitsPerCharacter, natsPerCharacter } = reached;
    rows.push(
      `| Unseen text | ${formatLoss(bitsPerCharacter)} bits per character (${formatLoss(natsPerCharacter)} nats, perplexity ${formatLoss(Math.exp(natsPerCharacter))}) |`,
    );
  }
  if (best !== null && memory !== undefined) {
    rows.push(`| Of that | ${eachAlone(best.natsPerCharacter, memory.alone)} |`);
  }
  if (best !== null && finishing !== undefined) rows.push(`| After that score | ${learnedSince} |`);
  if (baseline !== null) {
    const bits = baseline.natsPerCharacter / Math.LN2;
    rows.push(`| ${baseline.order}-gram baseline | ${formatLoss(bits)} bits per character |`);
  }
  return rows.map((row) => `${row}\n`).join('');
}

function corpusText({ corpus }: ModelDescription): string {
  const { summary, documents, fingerprint } = corpus;
  const named = documents.slice(0, documentsNamed).map((each) => {
    return `- ${oneLine(each.name)} (${formatCount(each.characters)} characters)\n`;
  });
  const others = summary.files - named.length;
  if (others > 0) named.push(`- and ${formatCount(others)} more\n`);
  const skipped = summary.skipped.map(({ reason, files }) => `${formatCount(files)} ${oneLine(reason)}`).join(', ');
  const secrets = summary.secretLines.map(({ rule, lines }) => `${formatCount(lines)} (${oneLine(rule)})`).join(', ');
  return `${plural(summary.files, 'file')}, ${plural(summary.characters, 'character')}. Fingerprint \`${oneLine(fingerprint)}\`.

${named.join('')}
${skipped === '' ? '' : `Left out: ${skipped}.\n\n`}${secrets === '' ? '' : `Lines left out for what looked like a secret: ${secrets}.\n\n`}`;
}

/** Names come from files: nothing in them may break out of its line of the card. */
function oneLine(text: string): string {
  return visible(text).replace(/[`|<>\\]/g, ' ');
}
