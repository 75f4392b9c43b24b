"""Two ways to train a character model in PyTorch, 2 x 128 units, Adam 2e-3, T = 50, B = 50, no dropout:

    python recipes.py char-rnn  TEXT THREADS SECONDS [CHARACTERS]
    python recipes.py blog-post TEXT THREADS SECONDS [CHARACTERS]

char-rnn: the text in B parallel streams, the state carried from batch to batch, a loss at every position.
blog-post: windows from random places, each from a zero state, a loss on the one character after the window.

Trained on are nine tenths of the text, or so many characters; the rest is held out. Every few seconds, and at the
end, one line of JSON tells the seconds of training (evaluation not counted) and the validation loss in nats a
character, over all held-out text with the state carried through it.
"""
import json
import sys
import time

import torch
from torch import nn

LENGTH = 50
STREAMS = 50


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 128)
        self.lstm = nn.LSTM(128, 128, 2)
        self.head = nn.Linear(128, vocabulary)

    def forward(self, tokens, state=None):
        output, state = self.lstm(self.embedding(tokens), state)
        return output, state


def streams_of(tokens, count):
    length = (len(tokens) - 1) // count
    inputs = tokens[: length * count].view(count, length).t().contiguous()
    targets = tokens[1 : length * count + 1].view(count, length).t().contiguous()
    return inputs, targets


def char_rnn(model, tokens):
    """One step after another, each the loss of a batch."""
    inputs, targets = streams_of(tokens, STREAMS)
    state = None
    while True:
        state = None
        for start in range(0, len(inputs) - LENGTH + 1, LENGTH):
            output, state = model(inputs[start : start + LENGTH], state)
            state = tuple(part.detach() for part in state)
            logits = model.head(output).view(STREAMS * LENGTH, -1)
            yield nn.functional.cross_entropy(logits, targets[start : start + LENGTH].reshape(-1))


def blog_post(model, tokens):
    """One step after another, each the loss of a batch."""
    offsets = torch.arange(LENGTH).view(-1, 1)
    while True:
        starts = torch.randint(len(tokens) - LENGTH - 1, (STREAMS,))
        output, _ = model(tokens[starts + offsets])
        yield nn.functional.cross_entropy(model.head(output[-1]), tokens[starts + LENGTH])


@torch.inference_mode()
def validation_loss(model, tokens):
    inputs, targets = streams_of(tokens, 10)
    total, state = 0.0, None
    for start in range(0, len(inputs), 500):
        output, state = model(inputs[start : start + 500], state)
        logits = model.head(output).flatten(0, 1)
        total += nn.functional.cross_entropy(logits, targets[start : start + 500].reshape(-1), reduction="sum").item()
    return total / inputs.numel()


def main():
    recipe, path, threads, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    text = open(path, encoding="utf-8").read()
    ids = {character: index for index, character in enumerate(sorted(set(text)))}
    tokens = torch.tensor([ids[character] for character in text])
    held_out = int(sys.argv[5]) if len(sys.argv) > 5 else int(len(tokens) * 0.9)
    model = Model(len(ids))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, fused=True)
    losses = {"char-rnn": char_rnn, "blog-post": blog_post}[recipe](model, tokens[:held_out])
    seconds, told = 0.0, 0.0
    while seconds < limit:
        start = time.perf_counter()
        optimizer.zero_grad()
        next(losses).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        seconds += time.perf_counter() - start
        if seconds >= min(limit, told + max(2.0, told / 20)):
            told = seconds
            print(json.dumps({"seconds": seconds, "validation": validation_loss(model, tokens[held_out:])}), flush=True)


if __name__ == "__main__":
    main()
