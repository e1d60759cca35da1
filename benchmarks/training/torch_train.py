#!/usr/bin/env python3
"""Training steps a second of the shapes classifier in PyTorch: the peer of benchmarks/training/Program.cs.

Same network, batch and optimizer; the batches are frozen random data in memory, so that nothing but the step is measured.
"""
import argparse
import statistics
import time

import torch
from torch import nn


def classifier():
    layers, channels = [], 3
    for index, (outputs, kernel) in enumerate([(4, 5), (8, 5), (16, 5), (32, 3), (64, 3)]):
        layers += [nn.Conv2d(channels, outputs, kernel, padding=kernel // 2), nn.ReLU()]
        if index < 4:
            layers.append(nn.MaxPool2d(2))
        channels = outputs
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(576, 60), nn.ReLU(), nn.Linear(60, 60)), (3, 48, 48)


def autoencoder():
    layers, channels = [], 3
    for outputs in (8, 16, 32, 64):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)]
        channels = outputs
    layers += [nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(1152, 1152), nn.ReLU(), nn.Linear(1152, 6)]
    layers += [nn.Linear(6, 1152), nn.ReLU(), nn.Unflatten(1, (128, 3, 3))]
    channels = 128
    for outputs in (64, 32, 16, 8):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2)]
        channels = outputs
    return nn.Sequential(*layers, nn.Conv2d(8, 3, 3, padding=1), nn.ReLU()), (3, 48, 48)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=["classifier", "autoencoder"], default="classifier")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    network, image = {"classifier": classifier, "autoencoder": autoencoder}[options.model]()
    x = torch.rand(options.batch, *image)
    classes = torch.arange(options.batch) % 60
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        y = network(x)
        loss = nn.functional.cross_entropy(y, classes) if options.model == "classifier" else nn.functional.mse_loss(y, x)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(20):
        step()
    times, end = [], time.perf_counter() + options.seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    print(f"pytorch {torch.__version__} {options.model}, batch {options.batch}, {options.threads} threads: median {1000 * statistics.median(times):.3f} ms a step, fastest {1000 * min(times):.3f}")


if __name__ == "__main__":
    main()
