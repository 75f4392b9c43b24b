import { engineChoices } from '../engine/engineNames';
import { tokenizerChoices } from '../model/tokenizerKinds';

const commandHelp = {
  train: `Usage: textloom train [PATH...] [flags]

Trains a model on the text of files and folders; without any, on what textloom.json says in this folder.

  --out DIR          folder of models to put it in (default: .textloom/models of PATH, or of here)
  --name NAME        what to call it (default: the name of PATH)
  --minutes N        how long to train (default: 5)
  --steps N          train for so many steps instead: exactly repeatable
  --tokenizer KIND   ${oneOf(tokenizerChoices)} (default: auto)
  --vocabulary N     pieces or words that bpe and word learn, 256 to 16384 (default: 4096)
  --normalization N  none (default), or nfc: compose letters with accents and the like, in prompts too
  --documents WHAT   what is one text: files, lines or blocks (between blank lines, or lines of ---);
                     auto (default) looks at each file: the lines of a list of names are texts of their own
  --hidden H         units of a layer               --layers L      stacked layers
  --embedding E      width of an embedding          --dropout P     0 to 0.9
  --batch B          parallel streams               --sequence T    time steps of a batch
  --rate R           peak learning rate             --seed S        default: 1
  --engine NAME      ${oneOf(engineChoices).padEnd(31)}--threads N     default: all
  --include GLOB     only such files (repeatable)   --exclude GLOB  not such files (repeatable)
  --also PATH        read this file or folder whatever its size, git or a generator's mark say (repeatable)
  --keep RULE        read what a rule would leave out: ignored, too-large, minified, generated, lock-file,
                     duplicate or near-duplicate (repeatable)
  --recipe FILE      train on what this textloom.json says of its folder
  --from DIR         start from this model's weights; new characters or words are added to its own
  --resume           go on with the model --name (default: the newest), to the end of its budget;
                     with --minutes N, for N minutes from where it is; PATH only says where to look
  --extend           when going on, add characters or words that its text has beyond its vocabulary
  --outside          when going on with a model from elsewhere, read the text that it names outside of its folder
  --forecast         say what 1, 5 and 30 minutes (or --minutes N, --steps N) would come to, and train nothing
  --verbose          let TensorFlow log what it likes
  --json             one object a line on standard output

PATH may be - for standard input. Whatever is left out is chosen from the text, the machine and the time. Ctrl+C saves
and ends; a second one ends at once.`,
  generate: `Usage: textloom generate --model DIR [flags]

Writes a text with a model.

  --prompt TEXT      what to go on from             --prompt-file F  the same from a file, or - for standard input
  --length N         characters (default: 400)      --words N        end after so many words
  --stop UNIT        end after a word, sentence, line, paragraph or block of balanced brackets; or after an item:
                     a line or block of a model of a list, else a whole text
  --temperature T    0 to 5 (default: 0.8)          --top-k K        keep the K likeliest tokens
  --top-p P          keep this much probability     --min-p P        keep tokens this likely, to the likeliest
  --typical P        keep this much probability, of tokens about as likely as is usual at their place
  --repetition-penalty R   above 1: less of what was just written; 0.1 to 10 (default: 1)
  --characters RULE  any (default), ascii, "only abc" or "never abc": which characters may be written
  --refuse-copies N  take back what stands verbatim in the model's text for more than N characters, from 40 on;
                     of a list, also whole items that stand in it, however short
  --seed S           repeats a text                 --count N        so many texts
  --alternatives N   so many texts, each a little more daring than the one before
  --memory USE       reading-along (default: what the model remembers of its text, and the prompt, all of it), frozen
                     (of its text alone), off (the LSTM alone)
  --json             one object a line on standard output`,
  evaluate: `Usage: textloom evaluate --model DIR FILE... [--memory USE] [--json]

Scores files: how well a model predicts each character from what stands before it in the file; where its text was a list,
from what stands before it in its line or block. A character that is not in its vocabulary costs its spelling as well.
The memory of a model takes part as USE says: reading-along (the default: it learns from the file as it goes), frozen (as it
was saved) or off. --json gives nats per character for that as natsPerCharacter, with the memory as it was saved as frozen,
which is missing where the memory is off or there is none, and without it as lstm.
FILE may be - for standard input, here and wherever a text is read.`,
  score: `Usage: textloom score FILE... [--models DIR] [--memory USE] [--json]

Compares the models of a folder (default: .textloom/models of here) on files: bits per character, fewer are better.
Long files are read in parts side by side: quicker than evaluate, and the same to about three digits.
USE is reading-along (the default), frozen or off: what their memories do, as of evaluate.`,
  surprise: `Usage: textloom surprise --model DIR FILE [flags]

Lists the places of a file that surprise a model most.

  --count N          so many places (default: 20)
  --memory USE       what its memory does: reading-along (the default), frozen or off
  --html             the whole file as a page in colours, on standard output
  --json             one object a line on standard output`,
  models: `Usage: textloom models [DIR] [--json]
       textloom models export MODEL [FILE] [--with-memory] [--with-training]
       textloom models import FILE [--out DIR] [--name NAME] [--with-training]
       textloom models rename MODEL NAME
       textloom models duplicate MODEL [NAME]
       textloom models move MODEL DIR
       textloom models delete MODEL [--for-good]
       textloom models check MODEL

Lists the models of a folder of models, or of a folder that has one (default: here), or changes one of them. MODEL is
its folder, or its name where it is one of those that are kept here. "check" says which of its files aren't as they were
saved, and what stands in for them.

  --with-memory      with the memory, which holds pieces of the text: whoever gets the file can read them
  --with-training    with what training continues from: the checkpoint, and the folders that the text was read from
  --out DIR          folder of models to put it in (default: .textloom/models of here)
  --name NAME        what to call it (default: as it was called)
  --for-good         at once, instead of keeping it aside for a week
  --json             one object a line on standard output`,
  engines: `Usage: textloom engines [--json]

Lists what can train here.`,
} as const;

/** "a, b or c". */
function oneOf(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
}

/** The commands that there are. */
export type CommandName = keyof typeof commandHelp;

/** Whether a word is one. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commandHelp, word);
}

/** What a command takes. */
export function helpOf(command: CommandName): string {
  return commandHelp[command];
}

/** What `textloom` alone prints. */
export const overview = `Textloom trains a small language model on your own text, on your own machine, and writes on in that voice.

  textloom train [PATH...]              train a model on files and folders, or as textloom.json says
  textloom generate --model DIR         write a text with it
  textloom evaluate --model DIR FILE... score texts with it
  textloom score FILE...                compare models on texts
  textloom surprise --model DIR FILE    find the places that are unlike the rest
  textloom models [DIR]                 list models; export, import, rename, duplicate, move, delete, check
  textloom engines                      list what can train here

"textloom COMMAND --help" tells more of each; "textloom --version" its version.`;
