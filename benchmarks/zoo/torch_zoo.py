#!/usr/bin/python3
"""Exports one of torchvision's classifiers with random weights, or times the article's step on it in PyTorch: spectrum, colours, sigmoid, transforms, network,
the gradient of one logit, Adam.

    torch_zoo.py export NAME FILE.onnx
    torch_zoo.py time NAME [--threads N] [--seconds S]"""
import argparse, time
import numpy as np, torch, torchvision
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument('action', choices=['export', 'time'])
parser.add_argument('name')
parser.add_argument('file', nargs='?')
parser.add_argument('--threads', type=int, default=2)
parser.add_argument('--seconds', type=float, default=8)
options = parser.parse_args()

torch.manual_seed(1)
net = getattr(torchvision.models, options.name)(weights=None).eval()
if hasattr(net, 'heads'): torch.nn.init.normal_(net.heads.head.weight, std=0.02)       # a transformer's begins at 0, and then there is nothing to see

if options.action == 'export':
    torch.onnx.export(net, torch.zeros(1, 3, 224, 224), options.file, opset_version=16, input_names=['input'], output_names=['logits'])
else:
    for parameter in net.parameters(): parameter.requires_grad_(False)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    size = 224
    fy, fx = torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)
    scale = size / torch.maximum((fx * fx + fy * fy).sqrt(), torch.tensor(1 / size))
    colours = torch.tensor([[.26, .09, .02], [.27, .00, -.05], [.27, -.09, .03]])
    colours = colours / colours.norm(dim=0).max()
    spectrum = (0.01 * torch.randn(1, 3, size, size // 2 + 1, 2)).requires_grad_()
    adam = torch.optim.Adam([spectrum], lr=0.05)
    draw = np.random.default_rng(1)

    def moved(image, by):
        y, x = draw.integers(by + 1, size=2)
        return image[..., y:image.shape[2] - by + y, x:image.shape[3] - by + x]

    def seen():
        image = torch.fft.irfft2(torch.view_as_complex(spectrum) * scale, s=(size, size)) / 4
        image = torch.sigmoid(torch.einsum('nchw,dc->ndhw', image, colours))
        image = moved(F.pad(image, [16] * 4, value=0.5), 16)
        angle, zoom = np.deg2rad(draw.integers(-5, 6)), draw.choice([1, .975, 1.025, .95, 1.05])
        c, s = np.cos(angle) / zoom, np.sin(angle) / zoom
        matrix = torch.tensor([[[c, -s, 0], [s, c, 0]]], dtype=torch.float32)
        image = moved(F.grid_sample(image, F.affine_grid(matrix, list(image.shape), align_corners=False), align_corners=False), 8)
        top, left = (image.shape[2] - size) // 2, (image.shape[3] - size) // 2
        return image[..., top:top + size, left:left + size]

    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < options.seconds:
        before = time.perf_counter()
        adam.zero_grad()
        (-net(seen())[0, 7]).backward()
        adam.step()
        times.append(1e3 * (time.perf_counter() - before))
    times = times[2:]
    print(f'pytorch {torch.__version__} {options.name}, {options.threads} threads: median {np.median(times):.3f} ms a step, fastest {min(times):.3f}')
