"""Keras over TensorFlow as a contestant: told line by line on its input what to measure, it answers likewise.

    python tensorflow_keras.py THREADS

Embedding -> stateful LSTM layers -> Dense, a compiled training step on a batch at a time (`train_on_batch`).
"""
import json
import os
import resource
import sys
import time

THREADS = int(sys.argv[1])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_NUM_INTRAOP_THREADS"] = str(THREADS)
os.environ["TF_NUM_INTEROP_THREADS"] = str(THREADS)

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow import keras  # noqa: E402

PRIMED = 100


def build(size, streams):
    layers = [keras.layers.Input(batch_shape=(streams, None), dtype="int32")]
    layers.append(keras.layers.Embedding(size["vocabulary"], size["embedding"]))
    for _ in range(size["layers"]):
        layers.append(keras.layers.LSTM(size["hidden"], return_sequences=True, stateful=True))
    layers.append(keras.layers.Dense(size["vocabulary"]))
    return keras.Sequential(layers)


class Training:
    def __init__(self, size):
        self.size = size
        self.model = build(size, size["streams"])
        self.model.compile(
            optimizer=keras.optimizers.AdamW(1e-3, global_clipnorm=1.0),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        random = np.random.default_rng(1)
        shape = (size["streams"], size["length"])
        self.inputs = random.integers(size["vocabulary"], size=shape, dtype=np.int32)
        self.targets = random.integers(size["vocabulary"], size=shape, dtype=np.int32)

    def step(self):
        self.model.train_on_batch(self.inputs, self.targets)


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
        model = build(size, 1)
        call = tf.function(lambda tokens: tf.argmax(model(tokens)[0, -1]), reduce_retracing=True)
        born = time.perf_counter()
        call(tf.constant([[position % size["vocabulary"] for position in range(PRIMED)]], tf.int32))
        token = call(tf.zeros((1, 1), tf.int32)).numpy()
        first = 1000 * (time.perf_counter() - born)
        for _ in range(100):
            token = call(tf.fill((1, 1), tf.cast(token, tf.int32))).numpy()
        count = 0
        start = time.perf_counter()
        while True:
            token = call(tf.fill((1, 1), tf.cast(token, tf.int32))).numpy()
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
    print(json.dumps({"ready": f"Keras, TensorFlow {tf.__version__}, {THREADS} threads"}), flush=True)
    contestant = Contestant()
    for line in sys.stdin:
        print(json.dumps(contestant.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
