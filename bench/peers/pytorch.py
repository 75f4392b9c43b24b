"""PyTorch as a contestant: told line by line on its input what to measure, it answers each line with one of its own.

    python pytorch.py THREADS

Its best settings for this work: nn.LSTM (fused kernels), all threads, the fused AdamW, gradients set to None.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

PRIMED = 100


class Model(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embedding = nn.Embedding(size["vocabulary"], size["embedding"])
        self.lstm = nn.LSTM(size["embedding"], size["hidden"], size["layers"])
        self.head = nn.Linear(size["hidden"], size["vocabulary"])

    def forward(self, tokens, state=None):
        output, state = self.lstm(self.embedding(tokens), state)
        return self.head(output), state


class Training:
    """Truncated back-propagation through time: a loss at every position, the state carried from batch to batch."""

    def __init__(self, size):
        torch.manual_seed(1)
        self.size = size
        self.model = Model(size)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, fused=True)
        shape = (size["length"], size["streams"])
        self.inputs = torch.randint(size["vocabulary"], shape)
        self.targets = torch.randint(size["vocabulary"], shape)
        self.state = None

    def step(self):
        logits, state = self.model(self.inputs, self.state)
        self.state = tuple(part.detach() for part in state)
        loss = nn.functional.cross_entropy(logits.view(-1, self.size["vocabulary"]), self.targets.view(-1))
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()


class Contestant:
    def __init__(self):
        self.training = None

    def train(self, size, seconds):
        if self.training is None or self.training.size != size:
            self.training = None
            self.training = Training(size)
            for _ in range(3):
                self.training.step()
        steps = 0
        start = time.perf_counter()
        while True:
            self.training.step()
            steps += 1
            passed = time.perf_counter() - start
            if passed >= seconds:
                return {"speed": steps * size["length"] * size["streams"] / passed}

    def generate(self, size, seconds):
        torch.manual_seed(1)
        model = Model(size).eval()
        with torch.inference_mode():
            born = time.perf_counter()
            prompt = (torch.arange(PRIMED) % size["vocabulary"]).view(-1, 1)
            logits, state = model(prompt)
            logits, state = model(torch.zeros(1, 1, dtype=torch.long), state)
            logits[-1, 0].argmax().item()
            first = 1000 * (time.perf_counter() - born)
            token = torch.zeros(1, 1, dtype=torch.long)
            for _ in range(100):
                logits, state = model(token, state)
            count = 0
            start = time.perf_counter()
            while True:
                logits, state = model(token, state)
                token.fill_(logits[-1, 0].argmax().item())
                count += 1
                passed = time.perf_counter() - start
                if passed >= seconds:
                    return {"speed": count / passed, "first": first}

    def answer(self, request):
        if request["do"] == "train":
            return self.train(request["size"], request["seconds"])
        if request["do"] == "generate":
            return self.generate(request["size"], request["seconds"])
        return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    print(json.dumps({"ready": f"PyTorch {torch.__version__.split('+')[0]}, {threads} threads"}), flush=True)
    contestant = Contestant()
    for line in sys.stdin:
        print(json.dumps(contestant.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
